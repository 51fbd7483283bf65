package io.faultline.runtime.host.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.event.ClusterEvent;
import io.faultline.runtime.event.DiscoveryEvent;
import io.faultline.runtime.event.EventRecord;
import io.faultline.runtime.event.MigrationEvent;
import io.faultline.runtime.event.NodeEvent;
import io.faultline.runtime.event.NodeRole;
import io.faultline.runtime.event.RequestEvent;
import io.faultline.runtime.host.events.EventFile.MalformedRecording;
import io.faultline.runtime.request.ApiEndpoint;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    private static final List<EventRecord> RECORDS = List.of(
            new NodeEvent.NodeStarted(NodeRole.DECODE),
            new DiscoveryEvent.LeaseEnded(Long.MAX_VALUE, true),
            new RequestEvent.RequestReceived("a \"quoted\" id\n", "m", ApiEndpoint.COMPLETIONS, true, 3, 4),
            new MigrationEvent.MigrationStarted(
                    "r", 0, 7, MigrationEvent.MigrationType.NEW_REQUEST, ErrorType.DISCONNECTED, 12));

    @TempDir
    private Path directory;

    @Test
    void readsBackWhatWasWritten() throws Exception {
        Path file = record();
        List<ClusterEvent> read = new ArrayList<>();
        assertThat(EventFile.replay(file, read::add)).isEqualTo(RECORDS.size());
        assertThat(read).extracting(ClusterEvent::record).isEqualTo(RECORDS);
        assertThat(read).extracting(ClusterEvent::atNanos).containsExactly(0L, 10L, 20L, 30L);
    }

    @Test
    void saysWhichLineIsMissingOrBroken() throws Exception {
        List<String> lines = Files.readAllLines(record());
        Path cut = Files.write(directory.resolve("cut"), List.of(lines.get(0), lines.get(2)));
        assertThatThrownBy(() -> EventFile.replay(cut, e -> {}))
                .isInstanceOf(MalformedRecording.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("event 2 stands where 1 is due");
        Path other = Files.write(directory.resolve("other"), List.of("{\"no\":\"event\"}"));
        assertThatThrownBy(() -> EventFile.replay(other, e -> {}))
                .isInstanceOf(MalformedRecording.class)
                .hasMessageContaining("line 1");
    }

    private Path record() throws Exception {
        Path file = directory.resolve("events.jsonl");
        try (EventFile.Recorder recorder = new EventFile.Recorder(file)) {
            for (int i = 0; i < RECORDS.size(); i++) {
                recorder.apply(new ClusterEvent(i, 10L * i, new NodeId("n"), RECORDS.get(i)));
            }
        }
        return file;
    }
}
