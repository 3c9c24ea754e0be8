/**
 * Open-source FPGA tools on emitted blocks: synthesis by yosys, place and route by nextpnr where it
 * has the target. What is counted is the tools' own report; nothing is estimated.
 *
 * <p>Read {@link dev.hwc.rtl.synth.Synthesis} first.
 */
@NullMarked
package dev.hwc.rtl.synth;

import org.jspecify.annotations.NullMarked;
