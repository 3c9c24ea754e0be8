/**
 * Programs for tests: written by hand with {@link dev.hwc.sim.systolic.testing.ProgramWriter}, or
 * random and free of deadlocks by {@link dev.hwc.sim.systolic.testing.RandomPrograms}. Packed as
 * test-jar, for tests of other modules. No assertions live here.
 */
@NullMarked
package dev.hwc.sim.systolic.testing;

import org.jspecify.annotations.NullMarked;
