package io.faultline.runtime.host.store;

import io.etcd.jetcd.Client;
import io.faultline.runtime.discovery.KeyValueStore;
import io.faultline.runtime.discovery.KeyValueStoreConformance;
import io.faultline.runtime.discovery.StoreDriver;
import io.faultline.runtime.host.process.LocalEtcd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// A real etcd; skipped where none is installed.
class EtcdStoreConformanceTest extends KeyValueStoreConformance {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private static Path folder;

    private static LocalEtcd server;
    private static EtcdConnection connection;

    @BeforeAll
    static void startEtcd() throws IOException, InterruptedException {
        server = EtcdServer.start(folder);
        // The cases are about answers; a busy machine may take its time.
        EtcdStoreConfig config = EtcdStoreConfig.defaults().withRequestTimeout(30 * SECOND);
        connection = EtcdConnection.open(List.of(server.endpoint()), config);
    }

    @AfterAll
    static void stopEtcd() {
        if (connection != null) {
            connection.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected StoreDriver open() {
        return new Driver();
    }

    private static final class Driver extends HostStoreDriver {
        @Override
        public KeyValueStore connect() {
            return new EtcdStore(connection, loop());
        }

        @Override
        public long shortLeaseNanos() {
            return 2 * SECOND;
        }

        @Override
        public boolean compact(long revision) {
            try (Client client = Client.builder().endpoints(server.endpoint()).build()) {
                client.getKVClient().compact(revision).get();
                return true;
            } catch (Exception e) {
                throw new AssertionError("etcd did not compact", e);
            }
        }
    }
}
