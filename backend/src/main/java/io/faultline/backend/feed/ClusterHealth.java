package io.faultline.backend.feed;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Up while the cluster's operator loop answers: without it the console can neither show nor do anything.
public final class ClusterHealth implements HealthIndicator {
    private final ClusterFeed feed;

    public ClusterHealth(ClusterFeed feed) {
        this.feed = feed;
    }

    @Override
    public Health health() {
        return feed.latest().isSilent() ? Health.down().build() : Health.up().build();
    }
}
