package io.faultline.runtime.host.socket;

import io.faultline.runtime.kv.KvEvent;
import java.util.ArrayList;
import java.util.List;

/// Events of a KV cache as a part of a frame: their number, then each with its kind. Hashes have all their bits set at
/// random, so they are written as they are.
final class KvEventCodec {
    private static final int STORED = 1;
    private static final int REMOVED = 2;
    private static final int CLEARED = 3;

    private KvEventCodec() {}

    static FrameWriter write(FrameWriter to, List<KvEvent> events) {
        to.number(events.size());
        for (KvEvent event : events) {
            var _ = switch (event) {
                case KvEvent.Stored(long parent, long[] blocks) ->
                    to.number(STORED).fixed(parent).fixeds(blocks);
                case KvEvent.Removed(long[] blocks) -> to.number(REMOVED).fixeds(blocks);
                case KvEvent.Cleared() -> to.number(CLEARED);
            };
        }
        return to;
    }

    static List<KvEvent> read(FrameReader from) throws MalformedFrame {
        int count = from.count(1);
        List<KvEvent> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int kind = from.octet();
            events.add(
                    switch (kind) {
                        case STORED -> new KvEvent.Stored(from.fixed(), from.fixeds());
                        case REMOVED -> new KvEvent.Removed(from.fixeds());
                        case CLEARED -> new KvEvent.Cleared();
                        default -> throw new MalformedFrame("no event of a KV cache is of kind " + kind);
                    });
        }
        return List.copyOf(events);
    }
}
