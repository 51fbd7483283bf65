package io.faultline.runtime.frontend;

import io.faultline.runtime.admission.AdmissionConfig;
import io.faultline.runtime.discovery.LeaseConfig;
import io.faultline.runtime.health.OutlierConfig;
import io.faultline.runtime.migration.MigrationConfig;
import io.faultline.runtime.routing.InstancePool.InhibitionConfig;
import io.faultline.runtime.routing.RoutingConfig;
import io.faultline.runtime.seam.Invariants;
import io.faultline.runtime.text.ChatTemplate;
import io.faultline.runtime.text.Tokenizer;
import io.faultline.runtime.transport.RequestPlaneConfig;
import io.soabase.recordbuilder.core.RecordBuilder;

/// Everything that can be chosen about a frontend and the processor in it.
///
/// @param tokenizer of the models it serves
/// @param chatTemplate of the models it serves
/// @param outliers when an instance counts as grey
/// @param admission whom it refuses when not everybody can be served
/// @param routing how it chooses workers
/// @param progressTokens a [io.faultline.runtime.event.RequestEvent.TokensDelivered] is written every so many
///     tokens; default 16
/// @param activeMax most requests at the same time; more are refused; default 10 000
/// @param drainNanos how long a stopping frontend lets running streams finish; default 30 s
@RecordBuilder
public record FrontendConfig(
        Tokenizer tokenizer,
        ChatTemplate chatTemplate,
        MigrationConfig migration,
        RequestPlaneConfig plane,
        LeaseConfig lease,
        InhibitionConfig inhibition,
        OutlierConfig outliers,
        AdmissionConfig admission,
        RoutingConfig routing,
        int progressTokens,
        int activeMax,
        long drainNanos)
        implements FrontendConfigBuilder.With {
    public FrontendConfig {
        Invariants.check(progressTokens >= 1, "progress is written every 1 token or more");
        Invariants.check(activeMax >= 1, "a frontend takes at least 1 request");
        Invariants.check(drainNanos >= 0, "a drain takes at least 0 ns");
    }

    public static FrontendConfig defaults(Tokenizer tokenizer) {
        return new FrontendConfig(
                tokenizer,
                ChatTemplate.CHATML,
                MigrationConfig.defaults(),
                RequestPlaneConfig.defaults(),
                LeaseConfig.defaults(),
                InhibitionConfig.defaults(),
                OutlierConfig.defaults(),
                AdmissionConfig.off(),
                RoutingConfig.roundRobin(),
                16,
                10_000,
                30_000_000_000L);
    }
}
