package io.faultline.runtime.host.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.engine.Engine.EngineLoad;
import io.faultline.runtime.kv.KvEvent;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.request.FinishReason;
import io.faultline.runtime.request.GenerateRequest;
import io.faultline.runtime.request.SamplingOptions;
import io.faultline.runtime.request.StopConditions;
import io.faultline.runtime.seam.RandomSource;
import io.faultline.runtime.transport.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {
    private static final GenerateRequest REQUEST = new GenerateRequest(
            "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
            2,
            "faultline-13b",
            new int[] {0, 1, 127, 128, 100_255, Integer.MAX_VALUE, -1},
            new StopConditions(Integer.MAX_VALUE, 3, true, List.of("\n\n", "", "Ende — 終わり \uD83D\uDE00")),
            new SamplingOptions(0.7, Double.MIN_VALUE, Long.MIN_VALUE),
            -5,
            4_096);

    /// At least one of every kind; a new kind fails [#everyKindOfFrameIsHere] until it has its own.
    static Stream<Frame> frames() {
        return Stream.of(
                new Frame.OpenStream(1, REQUEST),
                new Frame.OpenStream(
                        Long.MAX_VALUE,
                        new GenerateRequest(
                                "",
                                0,
                                "",
                                new int[0],
                                new StopConditions(0, 0, false, List.of()),
                                new SamplingOptions(0, 1, 0),
                                Integer.MIN_VALUE,
                                Integer.MAX_VALUE)),
                new Frame.CancelStream(3, true),
                new Frame.CancelStream(1L << 40, false),
                new Frame.Tokens(new long[0], new int[0], new int[0]),
                new Frame.Tokens(
                        new long[] {1, 1L << 33, Long.MAX_VALUE},
                        new int[] {0, 100_000, Integer.MIN_VALUE},
                        new int[] {0, 5, 8191}),
                new Frame.Prefilled(9, 0),
                new Frame.Prefilled(9, 8192),
                new Frame.StreamFinished(1, FinishReason.STOP),
                new Frame.StreamFinished(1, FinishReason.LENGTH),
                new Frame.StreamFailed(1, ErrorType.ENGINE_SHUTDOWN, "der Worker fährt herunter"),
                new Frame.Ping(-1),
                new Frame.Pong(Long.MIN_VALUE, true),
                new Frame.Pong(0, false),
                new Frame.Heartbeat(),
                new Frame.LoadReport(9, new EngineLoad(1, 2, 3, 4, 5)),
                new Frame.HandOverOffer(1, "r", 2, Long.MIN_VALUE, -7, 3),
                new Frame.HandOverVerdict(2, true),
                new Frame.HandOverBlocks(3, 0, new long[] {-1, 5, Long.MAX_VALUE}, 1L << 40, true),
                new Frame.HandOverTaken(4, 12, false),
                new Frame.KvFollow(1, Long.MIN_VALUE, 0),
                new Frame.KvEvents(0, -1, 3, List.of()),
                new Frame.KvEvents(
                        7,
                        -1,
                        3,
                        List.of(
                                new KvEvent.Stored(0, new long[] {-1, 2, Long.MAX_VALUE}),
                                new KvEvent.Removed(new long[] {9}),
                                new KvEvent.Cleared())),
                new Frame.KvContent(2, 5, 1L << 40, 1, 3, new long[] {Long.MIN_VALUE, 0, 1}),
                new Frame.KvHead(5, 12),
                new Frame.RouteQuery(4, "r-1", 2, "m", 33, new long[] {-7, 7}, new long[] {3}),
                new Frame.RouteAnswer(4, -9, 2, 12.5),
                new Frame.RouteUnknown(4, "niemand für »m«"),
                new Frame.SequenceStarted(4, -9, 33, new long[] {-7, 7}, true),
                new Frame.SequencePrefilled(4),
                new Frame.SequenceOver(4));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void readsBackWhatItWrote(Frame frame) throws MalformedFrame {
        assertThat(FrameCodec.decode(encoded(frame))).usingRecursiveComparison().isEqualTo(frame);
    }

    @Test
    void everyKindOfFrameIsHere() {
        Set<String> here = frames().map(f -> f.getClass().getSimpleName()).collect(Collectors.toSet());
        Set<String> all = kindsOf(Frame.class).map(Class::getSimpleName).collect(Collectors.toSet());
        assertThat(here).isEqualTo(all);
    }

    private static Stream<Class<?>> kindsOf(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(FrameCodecTest::kindsOf)
                : Stream.of(type);
    }

    @Test
    void everyErrorTypeAndFinishReasonTravels() throws MalformedFrame {
        for (ErrorType type : ErrorType.values()) {
            Frame frame = new Frame.StreamFailed(1, type, "");
            assertThat(FrameCodec.decode(encoded(frame))).isEqualTo(frame);
        }
        for (FinishReason reason : FinishReason.values()) {
            Frame frame = new Frame.StreamFinished(1, reason);
            assertThat(FrameCodec.decode(encoded(frame))).isEqualTo(frame);
        }
    }

    @Test
    void anErrorTypeOfALaterVersionIsInternal() throws MalformedFrame {
        ByteBuf bytes = Unpooled.buffer();
        new FrameWriter(bytes).number(6).number(1).text("SOMETHING_NEW").text("x");
        assertThat(FrameCodec.decode(bytes)).isEqualTo(new Frame.StreamFailed(1, ErrorType.INTERNAL, "x"));
    }

    /// What one stream's token costs on the wire when many streams share a frame.
    @Test
    void aTokenTakesFewBytes() {
        long[] streams = new long[64];
        int[] tokens = new int[64];
        int[] positions = new int[64];
        for (int i = 0; i < 64; i++) {
            streams[i] = 1000L + i;
            tokens[i] = 50_000 + i;
            positions[i] = 500 + i;
        }
        assertThat(encoded(new Frame.Tokens(streams, tokens, positions)).readableBytes())
                .isLessThan(64 * 8);
    }

    @ParameterizedTest
    @MethodSource("frames")
    void aFrameCutShortIsMalformed(Frame frame) {
        ByteBuf whole = encoded(frame);
        for (int length = 0; length < whole.readableBytes(); length++) {
            ByteBuf cut = whole.slice(0, length);
            assertThatThrownBy(() -> FrameCodec.decode(cut)).isInstanceOf(MalformedFrame.class);
        }
    }

    @ParameterizedTest
    @MethodSource("frames")
    void aFrameWithMoreBehindItIsMalformed(Frame frame) {
        ByteBuf more = encoded(frame).writeByte(0);
        assertThatThrownBy(() -> FrameCodec.decode(more)).isInstanceOf(MalformedFrame.class);
    }

    @Test
    void lengthsAreNotBelievedBeforeTheBytesAreThere() {
        ByteBuf tokens = Unpooled.buffer();
        new FrameWriter(tokens).number(3).number(Integer.MAX_VALUE);
        assertThatThrownBy(() -> FrameCodec.decode(tokens)).isInstanceOf(MalformedFrame.class);
        ByteBuf text = Unpooled.buffer();
        new FrameWriter(text).number(6).number(1).number(-1L);
        assertThatThrownBy(() -> FrameCodec.decode(text)).isInstanceOf(MalformedFrame.class);
    }

    @Test
    void contradictionsAreMalformed() {
        List<ByteBuf> contradictions = new ArrayList<>();
        contradictions.add(Unpooled.buffer().writeByte(200));
        contradictions.add(numbers(2, 0, 1));
        contradictions.add(numbers(2, 1, 2));
        contradictions.add(numbers(5, 1, 7));
        contradictions.add(numbers(4, 1, 1L << 32));
        contradictions.add(numbers(3, 1, 5, 0, 0));
        ByteBuf notUtf8 = numbers(6, 1, 1);
        notUtf8.writeByte(0xFF).writeByte(0);
        contradictions.add(notUtf8);
        for (ByteBuf bytes : contradictions) {
            assertThatThrownBy(() -> FrameCodec.decode(bytes)).isInstanceOf(MalformedFrame.class);
        }
    }

    /// Whatever bytes come, the answer is a frame or a refusal.
    @Test
    void noBytesBreakTheReader() {
        RandomSource random = new RandomSource(11);
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(i == 0 ? 12 : 256);
            }
            try {
                FrameCodec.decode(Unpooled.wrappedBuffer(bytes));
            } catch (MalformedFrame _) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 49_999);
    }

    private static ByteBuf numbers(long... values) {
        FrameWriter writer = new FrameWriter(Unpooled.buffer());
        for (long value : values) {
            writer.number(value);
        }
        return writer.out();
    }

    private static ByteBuf encoded(Frame frame) {
        ByteBuf bytes = Unpooled.buffer();
        FrameCodec.encode(frame, bytes);
        return bytes;
    }
}
