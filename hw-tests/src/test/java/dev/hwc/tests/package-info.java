/**
 * Tests that need more than one module: the same program on interpreter and simulator, the same bits
 * on every hardware, the event-jumping simulator against the cycle-by-cycle one, and the edges
 * between modules. What one module can show alone is tested there. {@code -Dhwc.campaign=true} runs
 * the long counts of docs/exactness.md.
 *
 * <p>Read {@link dev.hwc.tests.SimulatorEqualsInterpreterTest} first.
 */
@NullMarked
package dev.hwc.tests;

import org.jspecify.annotations.NullMarked;
