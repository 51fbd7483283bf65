package io.faultline.runtime.host.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.Client;
import io.faultline.runtime.seam.Invariants.BrokenInvariant;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// When a connection is made anew. Nothing listens at the address: connecting happens in the background.
class EtcdConnectionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long RECONNECT = EtcdStoreConfig.defaults().reconnectNanos();

    private final EtcdConnection connection =
            EtcdConnection.open(List.of(URI.create("http://127.0.0.1:1")), EtcdStoreConfig.defaults());

    @AfterEach
    void close() {
        connection.close();
    }

    @Test
    void isMadeAnewWhenNothingWasAnsweredForLong() {
        Client first = connection.client();
        connection.failed(first, 100);
        connection.failed(first, 100 + RECONNECT - 1);
        assertThat(connection.client()).isSameAs(first);

        connection.failed(first, 100 + RECONNECT);
        Client second = connection.client();
        assertThat(second).isNotSameAs(first);

        connection.failed(second, 200 + RECONNECT);
        assertThat(connection.client()).isSameAs(second);
        connection.failed(second, 200 + 2 * RECONNECT);
        assertThat(connection.client()).isNotSameAs(second);
    }

    @Test
    void writesIpv6AddressesSoThatTheClientLibraryTakesThem() {
        assertThat(EtcdConnection.target(
                        List.of(URI.create("http://[::1]:2379"), URI.create("http://a:1"), URI.create("http://a:1"))))
                .isEqualTo("ip:///%5B::1%5D:2379,a:1");
    }

    @Test
    void staysWhileAnythingIsAnswered() {
        Client first = connection.client();
        connection.failed(first, 0);
        connection.answered(first, RECONNECT);
        connection.failed(first, RECONNECT);
        connection.failed(first, 2 * RECONNECT - 1);

        assertThat(connection.client()).isSameAs(first);
    }

    @Test
    void ignoresWhatBecomesOfCallsOverAnOlderConnection() {
        Client first = connection.client();
        connection.failed(first, 0);
        connection.failed(first, RECONNECT);
        Client second = connection.client();

        connection.failed(first, 2 * RECONNECT);
        connection.failed(first, 4 * RECONNECT);
        connection.failed(second, 5 * RECONNECT);
        connection.answered(first, RECONNECT);
        connection.failed(second, 6 * RECONNECT);

        assertThat(second).isNotSameAs(connection.client());
    }

    @Test
    void isNotMadeAnewAfterItWasClosed() {
        Client first = connection.client();
        connection.failed(first, 0);
        connection.close();
        connection.failed(first, RECONNECT);

        assertThat(connection.client()).isSameAs(first);
    }

    @Test
    void waitsAsDocumented() {
        EtcdStoreConfig defaults = EtcdStoreConfig.defaults();

        assertThat(defaults.requestTimeoutNanos()).isEqualTo(SECOND);
        assertThat(defaults.reconnectNanos()).isEqualTo(3 * SECOND);
        assertThat(defaults.withRequestTimeout(9 * SECOND).reconnectNanos()).isEqualTo(9 * SECOND);
    }

    @Test
    void refusesTimesThatMakeNoSense() {
        assertThatThrownBy(() -> new EtcdStoreConfig(2, 1, 5 * SECOND, 1, 1, 1, 1))
                .isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> new EtcdStoreConfig(1, 1, 5 * SECOND - 1, 1, 1, 1, 1))
                .isInstanceOf(BrokenInvariant.class);
        assertThatThrownBy(() -> new EtcdStoreConfig(0, 1, 5 * SECOND, 1, 1, 1, 1))
                .isInstanceOf(BrokenInvariant.class);
    }
}
