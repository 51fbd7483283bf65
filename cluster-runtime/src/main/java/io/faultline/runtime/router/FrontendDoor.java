package io.faultline.runtime.router;

import io.faultline.runtime.transport.Connection;
import io.faultline.runtime.transport.ConnectionListener;
import io.faultline.runtime.transport.Frame;
import io.faultline.runtime.transport.StreamTable;

/// One frontend's connection to a router: its questions, and its word on what it sent where. What it said is forgotten
/// when the connection ends; over the next one it says everything again. Confined to the router's loop.
final class FrontendDoor implements ConnectionListener {
    private final Connection connection;
    private final Desk desk;
    private final LoadBook book;
    private final StreamTable<LoadBook.Placed> placed = new StreamTable<>();

    /// Answers questions.
    interface Desk {
        Frame.Route answer(Frame.RouteQuery query, FrontendDoor from);

        boolean isReady();

        void left(FrontendDoor door);
    }

    FrontendDoor(Connection connection, Desk desk, LoadBook book) {
        this.connection = connection;
        this.desk = desk;
        this.book = book;
    }

    @Override
    public void opened() {
        // An accepted connection is open from the start.
    }

    @Override
    public void received(Frame frame) {
        switch (frame) {
            case Frame.Ping(long number) -> connection.send(new Frame.Pong(number, desk.isReady()));
            case Frame.RouteQuery query -> connection.send(desk.answer(query, this));
            case Frame.SequenceStarted started -> place(started);
            case Frame.SequencePrefilled(long sequence) -> {
                LoadBook.Placed known = placed.get(sequence);
                if (known != null) {
                    book.prefilled(known);
                }
            }
            case Frame.SequenceOver(long sequence) -> forget(sequence);
            case Frame.HandOver _,
                    Frame.OpenStream _,
                    Frame.CancelStream _,
                    Frame.Tokens _,
                    Frame.Prefilled _,
                    Frame.StreamFinished _,
                    Frame.StreamFailed _,
                    Frame.Pong _,
                    Frame.Heartbeat _,
                    Frame.LoadReport _,
                    Frame.Kv _,
                    Frame.RouteAnswer _,
                    Frame.RouteUnknown _ -> {
                connection.close();
                closed(CloseReason.BROKEN);
            }
        }
    }

    /// Counts a sequence as a worker's, instead of where it was counted before.
    void place(Frame.SequenceStarted started) {
        forget(started.sequence());
        placed.put(started.sequence(), book.add(started));
    }

    private void forget(long sequence) {
        LoadBook.Placed known = placed.remove(sequence);
        if (known != null) {
            book.remove(known);
        }
    }

    @Override
    public void closed(CloseReason reason) {
        desk.left(this);
        forgetAll();
    }

    void shut() {
        connection.close();
        forgetAll();
    }

    private void forgetAll() {
        placed.inOrder().forEach(book::remove);
        placed.clear();
    }
}
