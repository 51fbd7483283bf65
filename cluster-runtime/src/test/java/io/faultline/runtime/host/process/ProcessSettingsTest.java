package io.faultline.runtime.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessSettingsTest {
    @Test
    void aFlagGoesBeforeItsVariableAndThatBeforeTheDefault() throws MistakenSetting {
        Map<String, String> environment = Map.of("DYN_HTTP_PORT", "9000", "DYN_HTTP_HOST", "0.0.0.0");
        ProcessSettings settings =
                ProcessSettings.of(ProcessRole.FRONTEND, Map.of(Setting.API_PORT, "7000"), environment);
        assertThat(settings.count(Setting.API_PORT)).isEqualTo(7000);
        assertThat(settings.text(Setting.API_HOST)).isEqualTo("0.0.0.0");
        assertThat(settings.nanos(Setting.API_GRACE)).isEqualTo(5_000_000_000L);
    }

    @Test
    void everySettingTakesItsDefault() throws MistakenSetting {
        for (ProcessRole role : ProcessRole.values()) {
            ProcessSettings settings = ProcessSettings.of(role, Map.of(), Map.of());
            for (Setting setting : Setting.of(role)) {
                assertThat(settings.text(setting)).isEqualTo(setting.standard());
            }
        }
    }

    @Test
    void anEmptyVariableIsNone() throws MistakenSetting {
        ProcessSettings settings = ProcessSettings.of(ProcessRole.DECODE, Map.of(), Map.of("DYN_SYSTEM_PORT", " "));
        assertThat(settings.count(Setting.SYSTEM_PORT)).isEqualTo(9090);
    }

    @Test
    void severalEtcdMembersAreTaken() throws MistakenSetting {
        ProcessSettings settings =
                ProcessSettings.of(ProcessRole.DECODE, Map.of(Setting.ETCD, "http://a:1, http://b:2"), Map.of());
        assertThat(settings.urls(Setting.ETCD)).extracting("host").containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({
        "DECODE, SYSTEM_PORT, 65536, --system-port is a port",
        "DECODE, SYSTEM_PORT, x, --system-port is a port",
        "DECODE, SPEEDUP_RATIO, 0, --speedup-ratio is a number above 0",
        "DECODE, SPEEDUP_RATIO, NaN, --speedup-ratio is a number above 0",
        "DECODE, ENGINE, gpu, '--engine is one of modelled, native, external'",
        "DECODE, ENGINE, native, --engine native is not in this version",
        "DECODE, ENGINE, external, --engine external is not in this version",
        "DECODE, KV_BLOCKS, 1, --kv-blocks of 16 tokens",
        "DECODE, HEALTH_CHECK, yes, '--health-check is one of true, false'",
        "DECODE, NAMESPACE, a/b, --namespace is up to",
        "DECODE, SYSTEM_LIVE_PATH, /health, are two paths",
        "ROUTER, NAMESPACE, instances, --namespace is none of",
        "ROUTER, ROUTER_TEMPERATURE, -1, --router-temperature is a number from 0 up",
        "ROUTER, SYSTEM_LIVE_PATH, /health, are two paths",
        "FRONTEND, ROUTER_MODE, best, '--router-mode is one of round-robin, random, least-loaded, kv'",
        "FRONTEND, ETCD, localhost:2379, --etcd must be one or more URLs",
        "FRONTEND, ETCD, 'http://a:1,', --etcd must be one or more URLs",
        "FRONTEND, ETCD, http://a, --etcd must be one or more URLs",
        "FRONTEND, MIGRATION_LIMIT, -1, --migration-limit is a whole number",
        "FRONTEND, LEASE_TTL, 1e9, --lease-ttl is a number of seconds",
        "FRONTEND, SILENCE, 0.2, --silence is at least three heartbeats",
        "FRONTEND, HEARTBEAT, 0, --heartbeat is above 0",
    })
    void aMistakeIsNamedInOneLine(ProcessRole role, Setting setting, String value, String expected) {
        assertThatThrownBy(() -> ProcessSettings.of(role, Map.of(setting, value), Map.of()))
                .isInstanceOf(MistakenSetting.class)
                .hasMessageContaining(expected)
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "10.0.0.7", "worker.example", "::"})
    void faultsAreTakenFromThisMachineAlone(String host) throws MistakenSetting {
        Map<Setting, String> open = Map.of(Setting.FAULT_INJECTION, "true", Setting.SYSTEM_HOST, host);
        assertThatThrownBy(() -> ProcessSettings.of(ProcessRole.DECODE, open, Map.of()))
                .isInstanceOf(MistakenSetting.class)
                .hasMessageContaining("--system-host 127.0.0.1");
        assertThat(ProcessSettings.of(ProcessRole.DECODE, Map.of(Setting.FAULT_INJECTION, "true"), Map.of())
                        .isTrue(Setting.FAULT_INJECTION))
                .isTrue();
    }

    @Test
    void aMistakenVariableIsCalledByItsOwnName() {
        assertThatThrownBy(() -> ProcessSettings.of(ProcessRole.FRONTEND, Map.of(), Map.of("DYN_HTTP_PORT", "http")))
                .hasMessage("DYN_HTTP_PORT is a port from 0 to 65535, not 'http'");
    }

    @Test
    void thePageListsEverySetting() throws Exception {
        List<String> page = Files.readAllLines(Path.of("../docs/distributed.md"));
        for (Setting setting : Setting.values()) {
            assertThat(page).contains(row(setting));
        }
    }

    private static String row(Setting setting) {
        String variable = setting.variable().isEmpty() ? "" : '`' + setting.variable() + '`';
        String roles = setting.roles().isEmpty()
                ? "all"
                : String.join(
                        ", ", setting.roles().stream().map(ProcessRole::command).toList());
        return "| `" + setting.flag() + ' ' + setting.parameter().replace("|", "\\|") + "` | " + variable + " | "
                + setting.standard() + " | " + roles + " | " + setting.meaning() + " |";
    }
}
