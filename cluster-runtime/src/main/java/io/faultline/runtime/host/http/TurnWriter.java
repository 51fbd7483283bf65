package io.faultline.runtime.host.http;

import io.faultline.runtime.seam.NodeLoop;
import java.util.ArrayList;
import java.util.List;

/// Gathers the streams that got something in this turn of the loop and writes each of them once, after the turn. One
/// frame from a worker brings a token for each of many streams, or several for one: either way a stream costs one
/// write, and all of them one task. Confined to the frontend's loop.
final class TurnWriter {
    private final NodeLoop loop;
    private final JsonBytes scratch = new JsonBytes(4096);
    private final DirectSend direct = new DirectSend();
    private List<StreamAnswer> gathering = new ArrayList<>();
    private List<StreamAnswer> writing = new ArrayList<>();

    TurnWriter(NodeLoop loop) {
        this.loop = loop;
    }

    void write(StreamAnswer answer) {
        if (answer.enlist()) {
            if (gathering.isEmpty()) {
                loop.post(this::writeAll);
            }
            gathering.add(answer);
        }
    }

    private void writeAll() {
        List<StreamAnswer> due = gathering;
        gathering = writing;
        writing = due;
        for (StreamAnswer answer : due) {
            answer.delist();
            answer.writeGathered(scratch, direct);
        }
        due.clear();
    }
}
