/**
 * Is the generated hardware the machine that the simulator claims? Verilated RTL and simulator run
 * the same jobs with the same memory behind them: same bits, same cycles, same counters, same faults.
 *
 * <p>Read {@link dev.hwc.tests.rtl.Twins} first.
 */
@NullMarked
package dev.hwc.tests.rtl;

import org.jspecify.annotations.NullMarked;
