package io.faultline.sim.invariant;

import java.util.Arrays;

/// KV-1: once nothing is under way, every router's picture of a worker's KV cache is the cache.
public final class KvIndexEqualsCaches implements Invariant {
    @Override
    public String sentence() {
        return "At rest every router's index equals the workers' KV caches.";
    }

    @Override
    public void atRest(RestingCluster cluster, Report report) {
        for (KvPicture picture : cluster.pictures()) {
            if (!Arrays.equals(picture.indexed(), picture.cached())) {
                report.broken(
                        picture.router(),
                        picture.router() + " takes " + picture.worker() + " to hold " + picture.indexed().length
                                + " blocks, but it holds " + picture.cached().length + "; "
                                + missing(picture.cached(), picture.indexed()) + " are missing in the index and "
                                + missing(picture.indexed(), picture.cached()) + " are not in the cache");
            }
        }
    }

    private static long missing(long[] from, long[] sorted) {
        return Arrays.stream(from)
                .filter(block -> Arrays.binarySearch(sorted, block) < 0)
                .count();
    }
}
