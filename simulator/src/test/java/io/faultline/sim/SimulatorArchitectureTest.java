package io.faultline.sim;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.faultline.runtime.seam.Node;
import io.faultline.runtime.shown.Shows;
import io.faultline.sim.run.Campaign;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// What keeps a seed's digest the same on every JVM, and the simulator beneath what uses it. A rule that fails
/// says which line reaches where; what to use instead stands in its reason.
@AnalyzeClasses(packages = "io.faultline.sim", importOptions = ImportOption.DoNotIncludeTests.class)
class SimulatorArchitectureTest {
    /// By class, the methods whose result differs between JVMs, machines or locales.
    private static final Map<String, List<String>> UNREPEATABLE = Map.of(
            "java.lang.System",
            List.of("nanoTime", "currentTimeMillis", "identityHashCode", "getenv", "getProperty"),
            "java.lang.Math",
            List.of("random", "exp", "log", "log10", "pow", "sin", "cos", "tan", "cbrt"),
            "java.lang.String",
            List.of("format", "formatted"),
            "java.util.Set",
            List.of("of", "copyOf"),
            "java.util.Map",
            List.of("of", "copyOf", "ofEntries"),
            "java.util.stream.Collectors",
            List.of("toSet", "toMap", "groupingBy", "toUnmodifiableSet", "toUnmodifiableMap"),
            "java.util.Collection",
            List.of("parallelStream"));

    @ArchTest
    static final ArchRule KNOWS_NEITHER_THE_HOST_SIDE_NOR_FRAMEWORKS = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "..runtime.host..", "org.springframework..", "com.vaadin..", "io.netty..", "org.slf4j.."))
            .because("the simulator runs the runtime's own nodes on modelled seams, with nothing real beneath");

    @ArchTest
    static final ArchRule HAS_NO_CLOCKS_THREADS_FILES_OR_SOCKETS = noClasses()
            .that()
            .doNotBelongToAnyOf(Campaign.class)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.io..", "java.net..", "java.nio..", "java.util.concurrent..", "java.util.logging..")
                    .or(nameMatching("java\\.lang\\.(Thread|ThreadLocal|Process|ProcessBuilder|Runtime)"))
                    .or(nameMatching("java\\.time\\.(Clock|Instant|Local.*|Zone.*|Offset.*)"))
                    .or(nameMatching("java\\.util\\.(Timer|TimerTask|Date|Calendar|TimeZone)")))
            .because("time is VirtualTime, concurrency is a SimulatedLoop, and callers do the reading and writing");

    /// A campaign hands whole runs to an executor of its caller's; nothing within a run knows of it.
    @ArchTest
    static final ArchRule A_CAMPAIGN_MAKES_NO_THREADS = noClasses()
            .that()
            .belongToAnyOf(Campaign.class)
            .should()
            .dependOnClassesThat(nameMatching("java\\.util\\.concurrent\\.(Executors|.*Pool.*|CompletableFuture)"))
            .because("threads come from outside");

    @ArchTest
    static final ArchRule DRAWS_FROM_ITS_SEED_ONLY = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.random", "java.security")
                    .or(nameMatching("java\\.util\\.(Random|SplittableRandom|UUID)")))
            .because("all randomness comes from RandomSource.fork");

    @ArchTest
    static final ArchRule CALLS_NOTHING_THAT_DIFFERS_BETWEEN_JVMS = noClasses()
            .should()
            .callMethodWhere(describe(
                    "it is a clock, an identity hash, or depends on salt, locale or processor",
                    SimulatorArchitectureTest::isUnrepeatable))
            .because("use VirtualTime, RandomSource, StrictMath, Locale.ROOT, and lists or linked or sorted maps");

    private static boolean isUnrepeatable(JavaMethodCall call) {
        String owner = call.getTargetOwner().getName();
        boolean usesDefaultLocale = owner.equals("java.lang.String")
                && call.getTarget().getFullName().matches(".*\\.to(Upper|Lower)Case\\(\\)");
        return usesDefaultLocale || UNREPEATABLE.getOrDefault(owner, List.of()).contains(call.getName());
    }

    @ArchTest
    static final ArchRule MAKES_NO_SALTED_COLLECTIONS = noClasses()
            .should()
            .callConstructorWhere(describe(
                    "it makes a hash-ordered collection",
                    call -> call.getTargetOwner().isEquivalentTo(HashMap.class)
                            || call.getTargetOwner().isEquivalentTo(HashSet.class)))
            .because("iteration order reaches decisions: use LinkedHashMap, TreeMap or lists");

    @ArchTest
    static final ArchRule LAYERS_GO_DOWNWARDS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("scenario")
            .definedBy("io.faultline.sim.scenario..")
            .layer("run")
            .definedBy("io.faultline.sim.run..")
            .layer("cluster")
            .definedBy("io.faultline.sim.cluster..")
            .layer("invariant")
            .definedBy("io.faultline.sim.invariant..")
            .layer("service")
            .definedBy("io.faultline.sim.service..")
            .layer("net")
            .definedBy("io.faultline.sim.net..")
            .layer("trace")
            .definedBy("io.faultline.sim.trace..")
            .layer("time")
            .definedBy("io.faultline.sim.time..")
            .whereLayer("scenario")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("run")
            .mayOnlyBeAccessedByLayers("scenario")
            .whereLayer("cluster")
            .mayOnlyBeAccessedByLayers("run", "scenario")
            .whereLayer("invariant")
            .mayOnlyBeAccessedByLayers("cluster", "run", "scenario")
            .whereLayer("service")
            .mayOnlyBeAccessedByLayers("cluster")
            .whereLayer("net")
            .mayOnlyBeAccessedByLayers("service", "cluster", "scenario")
            .whereLayer("trace")
            .mayOnlyBeAccessedByLayers("cluster", "run", "scenario")
            .whereLayer("time")
            .mayOnlyBeAccessedByLayers("trace", "net", "service", "cluster");

    /// SIM-1: frontends, workers, routing and migration are the runtime's; the simulator has no second copy.
    @Shows("SIM-1")
    @ArchTest
    static final ArchRule NODES_ARE_THE_RUNTIMES_OWN = classes()
            .that()
            .implement(Node.class)
            .should()
            .haveNameMatching("io\\.faultline\\.sim\\.(service\\.SimulatedService|cluster\\.Assembly\\$Bystander)");

    /// Nothing mutable is shared between runs, so that campaigns may use any number of threads.
    @ArchTest
    static final ArchRule STATIC_FIELDS_ARE_CONSTANTS =
            fields().that().areStatic().should().beFinal().andShould(beImmutable());

    private static ArchCondition<JavaField> beImmutable() {
        return new ArchCondition<>("hold no array and no collection but a List, which is taken for immutable") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                JavaClass type = field.getRawType();
                boolean isMutable = type.isArray()
                        || type.isAssignableTo(Map.class)
                        || type.isAssignableTo(Collection.class) && !type.isEquivalentTo(List.class);
                // The compiler's own: the values of an enum, the table of a switch over one.
                if (isMutable && !field.getName().startsWith("$")) {
                    events.add(SimpleConditionEvent.violated(
                            field, field.getFullName() + " is mutable and shared by runs"));
                }
            }
        };
    }
}
