package io.faultline.runtime.routing;

/// An attempt of a request as the routers know it: asked about, sent to a worker, prefilled, over. Each may be told
/// more than once. Confined to the loop.
public interface RoutedSequence {
    /// Of frontends that choose by themselves.
    RoutedSequence UNTRACKED = new RoutedSequence() {
        @Override
        public boolean isWaiting() {
            return false;
        }

        @Override
        public void sentTo(long instance) {}

        @Override
        public void prefilled() {}

        @Override
        public void over() {}
    };

    /// True while a router's answer is awaited.
    boolean isWaiting();

    void sentTo(long instance);

    void prefilled();

    /// It ended, or nobody wants it any more; an answer that is awaited does not come.
    void over();
}
