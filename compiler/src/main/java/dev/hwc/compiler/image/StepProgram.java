package dev.hwc.compiler.image;

import dev.hwc.ir.isa.Program;
import dev.hwc.ir.tile.TileProgram;

/**
 * The program for a step of some number of new tokens, at any position.
 *
 * @param scratchpadPeakBytes what it uses of the scratchpads together
 */
public record StepProgram(int tokens, TileProgram tiles, Program program, long scratchpadPeakBytes) {}
