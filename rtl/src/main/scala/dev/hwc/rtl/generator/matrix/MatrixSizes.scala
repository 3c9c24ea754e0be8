package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{Geometry, MatrixCommand}

/** Sizes of the matrix engine that follow from the array. */
final class MatrixSizes(val g: Geometry) {

  /** Rows of a column that share a lane: they end their blocks one a cycle, and a block takes 32 cycles. */
  val groupRows: Int = g.rows min MatrixSizes.BlockElements

  /** Lanes of a column. */
  val groups: Int = g.rows / groupRows
  val groupRowBits: Int = log2Ceil(groupRows)
  val rowBits: Int = log2Ceil(g.rows)
  val slotBits: Int = log2Ceil(g.slots) max 1

  /** Output words that a row of the array fills. */
  val outputBanks: Int = g.columns / g.lanes

  /** Address of an accumulator in its lane: slot, row in the group. */
  val accumulatorBits: Int = slotBits + groupRowBits

  /** All elements of the array, as a count. */
  val macBits: Int = log2Ceil(g.rows * g.columns + 1)

  /** A command's slot. */
  def slot(command: MatrixCommand): UInt = command.slot(slotBits - 1, 0)
}

/** Figures that numerics.md and timing.md fix. */
object MatrixSizes {

  /** Elements of a block (N12). */
  val BlockElements = 32
  val ElementBits = 5

  /** |sum of a block| < 2^19 (N16). */
  val SumBits = 20

  /** |sum of a block's activation codes| ≤ 32·127 (N14). */
  val CodeSumBits = 13

  /** N19. */
  val AccumulatorBits = 48

  /** N18: terms are within ±(2^36 − 1). */
  val TermBits = 37

  /** An emission of n columns begins n and this many cycles after the last feed of its slot (T14). */
  val EmissionDelay = 20

  /** From choosing a row of an emission to its write into the output buffer. */
  val ChoiceToWrite = 7

  /** Emissions that can be pending (T14). */
  val Emissions = 4

  /** Bits that hold every scratchpad address and count: at most 65,536 units (HardwareSpec). */
  val UnitBits = 17
}
