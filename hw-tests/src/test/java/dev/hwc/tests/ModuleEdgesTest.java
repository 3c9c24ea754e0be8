package dev.hwc.tests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Random;

/** Do the modules see only what they may see, and is each of them in order inside? */
@AnalyzeClasses(
        packages = "dev.hwc",
        importOptions = {ImportOption.DoNotIncludeTests.class, ModuleEdgesTest.WithoutTestJars.class})
class ModuleEdgesTest {
    /** Helpers of other modules' tests come as jars of their own. */
    static final class WithoutTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String IR = "dev.hwc.ir..";
    private static final String COMPILER = "dev.hwc.compiler..";
    private static final String SIM_SYSTOLIC = "dev.hwc.sim.systolic..";
    private static final String SIM_PIM = "dev.hwc.sim.pim..";
    private static final String[] SIM_CORE = {
        "dev.hwc.sim", "dev.hwc.sim.activity..", "dev.hwc.sim.dram..", "dev.hwc.sim.memory.."
    };
    private static final String RTL = "dev.hwc.rtl..";
    private static final String GENERATOR = "dev.hwc.rtl.generator..";
    private static final String HOST = "dev.hwc.host..";
    private static final String REPORTS = "dev.hwc.reports..";
    private static final String CLI = "dev.hwc.cli..";

    @ArchTest
    static final ArchRule IR_SEES_NOBODY = sees(resideInAPackage(IR));

    @ArchTest
    static final ArchRule COMPILER_SEES_IR = sees(resideInAPackage(COMPILER), IR);

    @ArchTest
    static final ArchRule SIM_CORE_SEES_IR = sees(resideInAnyPackage(SIM_CORE), IR);

    @ArchTest
    static final ArchRule SIM_SYSTOLIC_SEES_IR_AND_SIM_CORE = sees(resideInAPackage(SIM_SYSTOLIC), with(SIM_CORE, IR));

    @ArchTest
    static final ArchRule SIM_PIM_SEES_IR_AND_SIM_CORE = sees(resideInAPackage(SIM_PIM), with(SIM_CORE, IR));

    @ArchTest
    static final ArchRule RTL_SEES_IR = sees(resideInAPackage(RTL), IR);

    @ArchTest
    static final ArchRule HOST_SEES_ALL_BUT_REPORTS_AND_COMMANDS =
            sees(resideInAPackage(HOST), with(SIM_CORE, IR, COMPILER, SIM_SYSTOLIC, SIM_PIM, RTL));

    @ArchTest
    static final ArchRule REPORTS_SEES_IR_AND_SIM_CORE = sees(resideInAPackage(REPORTS), with(SIM_CORE, IR));

    @ArchTest
    static final ArchRule EVERY_CLASS_BELONGS_TO_A_MODULE = classes()
            .that()
            .resideOutsideOfPackage("dev.hwc.tests..")
            .should()
            .resideInAnyPackage(with(SIM_CORE, IR, COMPILER, SIM_SYSTOLIC, SIM_PIM, RTL, HOST, REPORTS, CLI))
            .because("a new module gets its edges here");

    @ArchTest
    static final ArchRule COMPILER_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.hwc.compiler.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule SIM_CORE_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.hwc.sim.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_REFEREE_OF_TRACES_SHARES_NOTHING_WITH_THE_CONTROLLER = noClasses()
            .that()
            .resideInAPackage("dev.hwc.sim.dram.check..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.hwc.sim.dram.device..", "dev.hwc.sim.dram.controller..", "dev.hwc.sim.dram.energy..");

    @ArchTest
    static final ArchRule SIM_SYSTOLIC_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.hwc.sim.systolic.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule SIM_PIM_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.hwc.sim.pim.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule IR_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.hwc.ir.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule HOST_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.hwc.host.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule REPORTS_PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.hwc.reports.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_ENDS_THE_PROCESS = noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule NO_REFLECTION = noClasses()
            .that()
            .resideOutsideOfPackages(CLI, "dev.hwc.rtl", GENERATOR) // Chisel reads bundles without a name by reflection
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.reflect..")
            .orShould()
            .callMethod(Class.class, "forName", String.class);

    @ArchTest
    static final ArchRule SIMULATORS_AND_INTERPRETER_HAVE_NO_CLOCK_AND_NO_CHANCE = noClasses()
            .that()
            .resideInAnyPackage(with(SIM_CORE, IR, SIM_SYSTOLIC, SIM_PIM))
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(Random.class)
            .because("the same input gives the same cycles and the same bits, always");

    /** These classes depend on no module of the project but their own and the given ones. */
    private static ArchRule sees(DescribedPredicate<JavaClass> module, String... allowed) {
        DescribedPredicate<JavaClass> others = resideInAPackage("dev.hwc..")
                .and(DescribedPredicate.not(module))
                .and(DescribedPredicate.not(resideInAnyPackage(allowed)));
        return noClasses().that(module).should().dependOnClassesThat(others);
    }

    private static String[] with(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
