package io.faultline.backend.feed;

/// Is the cluster fine, and if not, what is it? One sentence for the head of every page.
public record ClusterVerdict(Level level, String sentence) {

    public enum Level {
        /// Every promise is kept by every part.
        HEALTHY,
        /// A part is missing or disturbed; clients feel nothing.
        DISTURBED,
        /// Clients feel it.
        FAILING,
        /// The cluster does not answer the console.
        UNKNOWN
    }

    static ClusterVerdict silent() {
        return new ClusterVerdict(Level.UNKNOWN, "No word from the cluster; the last known picture is shown");
    }
}
