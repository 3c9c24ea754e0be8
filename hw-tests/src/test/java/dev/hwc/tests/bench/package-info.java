/**
 * JMH benchmarks: simulator core, matrix kernels, GGUF reader. Run by {@code bench/run}, never by
 * the tests; each checks its result once before it is measured. Figures stand in
 * docs/benchmarks.md.
 *
 * <p>Read {@link dev.hwc.tests.bench.SimulatorBenchmark} first.
 */
@NullMarked
package dev.hwc.tests.bench;

import org.jspecify.annotations.NullMarked;
