package io.faultline.sim.cluster;

/// What became of a cluster's requests. Immutable.
///
/// @param migrated requests that went on on another worker at least once, whatever became of them
/// @param lost requests whose frontend died before they ended; their clients saw a broken connection
/// @param open requests that have not ended
public record RequestTally(
        long received,
        long completed,
        long failed,
        long cancelled,
        long rejected,
        long migrated,
        long lost,
        long open) {

    /// Both together.
    public RequestTally plus(RequestTally other) {
        return new RequestTally(
                received + other.received,
                completed + other.completed,
                failed + other.failed,
                cancelled + other.cancelled,
                rejected + other.rejected,
                migrated + other.migrated,
                lost + other.lost,
                open + other.open);
    }
}
