package io.faultline.runtime.engine.modelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.runtime.kv.BlockHash;
import io.faultline.runtime.kv.KvCacheListener;
import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KvCacheTest {
    private final List<String> events = new ArrayList<>();
    private final KvCache cache = new KvCache(3, new KvCacheListener() {
        @Override
        public void stored(long parent, long block) {
            events.add(parent + ">" + block);
        }

        @Override
        public void removed(long block) {
            events.add("-" + block);
        }

        @Override
        public void cleared() {
            events.add("cleared");
        }
    });

    @AfterEach
    void conservesBlocks() {
        cache.checkConserved();
    }

    @Test
    void aClearedCacheKeepsItsSequencesAndReusesNothing() {
        int active = cache.seal(cache.allocate(), BlockHash.ROOT, 11);
        int cached = cache.seal(cache.allocate(), 11, 12);
        cache.release(cached);

        cache.clear();

        assertThat(cache.find(11)).isEqualTo(-1);
        assertThat(cache.find(12)).isEqualTo(-1);
        assertThat(List.of(cache.active(), cache.cached(), cache.available())).containsExactly(1, 0, 2);
        cache.release(active);
        assertThat(cache.available()).isEqualTo(3);
        assertThat(events).endsWith("cleared");
    }

    @Test
    void handsOutEveryBlockOnce() {
        assertThat(List.of(cache.allocate(), cache.allocate(), cache.allocate()))
                .containsExactlyInAnyOrder(0, 1, 2);
        assertThat(cache.allocate()).isEqualTo(-1);
        assertThat(cache.active()).isEqualTo(3);
        assertThat(cache.available()).isZero();
    }

    @Test
    void freesAPartialBlockAndKeepsAFullOneForReuse() {
        int partial = cache.allocate();
        int full = cache.allocate();
        cache.seal(full, BlockHash.ROOT, 70);

        cache.release(partial);
        cache.release(full);

        assertThat(cache.active()).isZero();
        assertThat(cache.cached()).isEqualTo(1);
        assertThat(cache.available()).isEqualTo(3);
        assertThat(cache.find(70)).isEqualTo(full);
        assertThat(events).containsExactly("0>70");
    }

    @Test
    void keepsASharedBlockUntilTheLastReferenceIsReleased() {
        int block = cache.seal(cache.allocate(), BlockHash.ROOT, 70);
        cache.share(cache.find(70));

        cache.release(block);
        assertThat(cache.isActive(block)).isTrue();

        cache.release(block);
        assertThat(cache.isActive(block)).isFalse();
        assertThat(cache.cached()).isEqualTo(1);
    }

    @Test
    void takesACachedBlockBackIntoUse() {
        int block = cache.seal(cache.allocate(), BlockHash.ROOT, 70);
        cache.release(block);

        cache.share(block);

        assertThat(cache.active()).isEqualTo(1);
        assertThat(cache.cached()).isZero();
        assertThat(events).containsExactly("0>70");
    }

    @Test
    void evictsTheLeastRecentlyReleasedBlock() {
        int a = cache.seal(cache.allocate(), BlockHash.ROOT, 70);
        int b = cache.seal(cache.allocate(), 70, 71);
        int c = cache.seal(cache.allocate(), 71, 72);
        cache.release(b);
        cache.release(a);
        cache.release(c);
        cache.share(b);
        cache.release(b);

        assertThat(List.of(cache.allocate(), cache.allocate(), cache.allocate()))
                .containsExactly(a, c, b);
        assertThat(events).containsExactly("0>70", "70>71", "71>72", "-70", "-72", "-71");
        assertThat(cache.find(70)).isEqualTo(-1);
    }

    @Test
    void sharesAnEqualBlockInsteadOfKeepingTwo() {
        int first = cache.seal(cache.allocate(), BlockHash.ROOT, 70);
        int second = cache.allocate();

        assertThat(cache.seal(second, BlockHash.ROOT, 70)).isEqualTo(first);
        assertThat(cache.references(first)).isEqualTo(2);
        assertThat(cache.active()).isEqualTo(1);
        assertThat(cache.available()).isEqualTo(2);
        assertThat(events).containsExactly("0>70");
    }

    @Test
    void refusesToReleaseWhatNobodyRefersTo() {
        int block = cache.allocate();
        cache.release(block);

        assertThatThrownBy(() -> cache.release(block)).isInstanceOf(BrokenInvariant.class);
    }
}
