package io.faultline.playbook.loader;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.model.Playbook;
import org.junit.jupiter.api.Test;

class ShippedPlaybooksTest {

    @Test
    void findsEveryPlaybookOfTheIndexUnderItsName() {
        assertThat(ShippedPlaybooks.names()).contains("decode-worker-crash").allSatisfy(name -> {
            Playbook playbook = ShippedPlaybooks.playbook(name).orElseThrow();
            assertThat(playbook.metadata().name()).isEqualTo(name);
            assertThat(playbook.metadata().description()).isNotBlank();
            assertThat(playbook.requires().worlds()).isNotEmpty();
        });
    }

    @Test
    void knowsNoOtherFile() {
        assertThat(ShippedPlaybooks.playbook("../schema/playbook.schema")).isEmpty();
        assertThat(ShippedPlaybooks.source("index")).isEmpty();
    }
}
