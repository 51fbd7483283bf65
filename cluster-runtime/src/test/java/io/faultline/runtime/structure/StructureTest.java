package io.faultline.runtime.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/// The rules that make one runtime run in three worlds. A class outside `host` that reads a clock, starts a thread,
/// opens a socket or lets a hash order reach a decision would behave differently under simulation, or differently
/// from run to run.
@AnalyzeClasses(packages = "io.faultline.runtime", importOptions = ImportOption.DoNotIncludeTests.class)
class StructureTest {
    private static final String HOST = "io.faultline.runtime.host..";

    @ArchTest
    static final ArchRule knowsNeitherSpringNorVaadin = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.springframework..", "com.vaadin..", "io.faultline.sim..", "io.faultline.backend..");

    @ArchTest
    static final ArchRule onlyTheHostUsesClientLibrariesThreadsAndFiles = noClasses()
            .that()
            .resideOutsideOfPackage(HOST)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.netty..",
                    "io.etcd..",
                    "io.grpc..",
                    "io.nats..",
                    "io.prometheus..",
                    "java.net..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.util.concurrent..",
                    HOST)
            .because("a node is given time, messages and storage through its seams");

    @ArchTest
    static final ArchRule onlyTheHostReadsClocksOrDrawsUnseeded = noClasses()
            .that()
            .resideOutsideOfPackage(HOST)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "identityHashCode", Object.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(
                    Thread.class,
                    java.util.Random.class,
                    java.util.UUID.class,
                    java.util.Timer.class,
                    java.time.Clock.class,
                    java.time.Instant.class,
                    java.security.SecureRandom.class)
            .because("NodeLoop gives the time and RandomSource the numbers");

    @ArchTest
    static final ArchRule noHashOrderedCollections = fields().that()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage(HOST)
            .should()
            .notHaveRawType(DescribedPredicate.describe(
                    "hash-ordered",
                    type -> type.isEquivalentTo(HashMap.class)
                            || type.isEquivalentTo(HashSet.class)
                            || type.isEquivalentTo(IdentityHashMap.class)))
            .because("their order differs between JVMs; use a list, a Linked- or a Tree- collection");

    @ArchTest
    static final ArchRule noUnorderedFactories = noClasses()
            .that()
            .resideOutsideOfPackage(HOST)
            .should()
            .callMethodWhere(
                    DescribedPredicate.describe("makes an unordered set or map", StructureTest::makesUnordered))
            .orShould()
            .callConstructorWhere(DescribedPredicate.describe(
                    "makes a hash-ordered collection",
                    call -> call.getTargetOwner().isEquivalentTo(HashMap.class)
                            || call.getTargetOwner().isEquivalentTo(HashSet.class)))
            .because("Set.of and Map.of iterate in an order that is salted per JVM");

    /// The empty ones have no order; those with one element neither.
    private static boolean makesUnordered(JavaCall<?> call) {
        JavaClass owner = call.getTargetOwner();
        int arguments = call.getTarget().getRawParameterTypes().size();
        boolean set = owner.isEquivalentTo(Set.class)
                && (call.getName().equals("copyOf")
                        || call.getName().equals("of") && arguments > 1
                        || call.getName().equals("of")
                                && arguments == 1
                                && call.getTarget()
                                        .getRawParameterTypes()
                                        .getFirst()
                                        .isArray());
        boolean map = owner.isEquivalentTo(Map.class)
                && (call.getName().equals("copyOf")
                        || call.getName().equals("ofEntries")
                        || call.getName().equals("of") && arguments > 2);
        return set || map;
    }

    @ArchTest
    static final ArchRule noCircles = slices().matching("io.faultline.runtime.host.(**)")
            .namingSlices("host $1")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = classes()
            .should()
            .haveSimpleNameNotEndingWith("Impl")
            .andShould()
            .haveSimpleNameNotEndingWith("Util")
            .andShould()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Manager")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper");
}
