package io.faultline.runtime.prefill;

/// Where a prefill worker keeps computed blocks while their decode worker cannot be reached. What is in it is of use
/// to the worker's present life alone, because a job that was not acknowledged is given to somebody else. Confined to
/// the worker's loop; answers later, on the loop.
public interface KvSpool {
    /// Writes so many bytes under a job's number. False, and nothing happens, when there is no room for them.
    boolean write(long job, long bytes, Runnable written);

    /// Reads what was written under that number.
    void read(long job, Runnable done);

    /// Forgets it; nothing more is heard of a write or a read under way.
    void drop(long job);

    long bytes();
}
