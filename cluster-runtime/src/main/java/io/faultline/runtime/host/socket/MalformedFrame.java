package io.faultline.runtime.host.socket;

/// Bytes that are no frame. The connection they came over is closed: after one, nothing that follows can be
/// trusted.
public final class MalformedFrame extends Exception {
    private static final long serialVersionUID = 1;

    MalformedFrame(String what) {
        super(what);
    }
}
