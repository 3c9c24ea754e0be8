package dev.hwc.rtl.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test, or all tests of a class, that runs yosys and nextpnr-ice40. Without them each test method is reported as
 * skipped; with {@code CI=true} in the environment each fails instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SynthesisCondition.class)
public @interface RequiresSynthesis {}
