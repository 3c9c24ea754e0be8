package dev.hwc.rtl.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test, or all tests of a class, that opens an {@link RtlModel}. Without Verilator, g++ and make
 * each test method is reported as skipped, so that none vanishes from the counts; with {@code
 * CI=true} in the environment each fails instead. Open models in the test methods, not in static
 * set-up: that would run before.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(VerilatorCondition.class)
public @interface RequiresVerilator {}
