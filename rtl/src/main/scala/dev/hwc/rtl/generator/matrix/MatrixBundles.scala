package dev.hwc.rtl.generator.matrix

import chisel3._
import dev.hwc.rtl.generator.{Geometry, Isa, WeightFormat}

/** The element that is fed: all rows and columns get their operands from it, i + j cycles apart. */
class FeedStep(g: Geometry, sizes: MatrixSizes) extends Bundle {
  val valid = Bool()
  val element = UInt(MatrixSizes.ElementBits.W)

  /** Activation block. */
  val block = UInt(g.activationBlockBits.W)
  val format = UInt(WeightFormat.Bits.W)

  /** Of two blocks that share a unit, the second one. */
  val half = Bool()
  val unitScale = Bool()
  val m = UInt(8.W)
  val n = UInt(8.W)
  val slot = UInt(sizes.slotBits.W)

  /** Of the matmul. */
  val pc = UInt(Isa.PcBits.W)

  def ofBits(bits: Int): Bool = WeightFormat.ofBits(format, bits)
  def hasOffsets: Bool = WeightFormat.hasOffsets(format)
  def first: Bool = valid && element === 0.U
  def last: Bool = valid && element === (MatrixSizes.BlockElements - 1).U
}

/** What a gated element is told about a weight code; neither: it multiplies. */
class WeightKind extends Bundle {
  val zero = Bool()

  /** 1 or −1. */
  val unit = Bool()
}

object WeightKind {
  def apply(code: SInt): WeightKind = {
    val kind = Wire(new WeightKind)
    kind.zero := code === 0.S
    kind.unit := code === 1.S || code === -1.S
    kind
  }
}

/** Multiply-accumulates that gated elements begin in a cycle, by the kind of their weight. */
class MacCounts(sizes: MatrixSizes) extends Bundle {
  val zero = UInt(sizes.macBits.W)
  val unit = UInt(sizes.macBits.W)
}

/** What a lane does with one row of its group whose block ended. */
class LaneRow extends Bundle {
  val valid = Bool()

  /** The accumulator holds nothing yet: the term overwrites it. */
  val fresh = Bool()

  /** bfloat16 of the activation block without its sign, which is never set (N14). */
  val scale = UInt(15.W)

  /** Sum of the block's codes. */
  val codes = SInt(MatrixSizes.CodeSumBits.W)
}

/** The stream that passes the columns from left to right, one register each, beside the sums. */
class RowStep(sizes: MatrixSizes) extends Bundle {

  /** Row in its group, and the slot. */
  val row = UInt(sizes.groupRowBits.W)
  val slot = UInt(sizes.slotBits.W)

  /** Row 0: a block begins to end. */
  val first = Bool()
  val groups = Vec(sizes.groups, new LaneRow)

  def accumulator: UInt = slot ## row
}

/** Scale and offset of a weight block taken apart (N17): w = (mantissa·q + offset)·2^(exponent − 25). */
class WeightScale extends Bundle {
  val mantissa = SInt(12.W)
  val exponent = UInt(5.W)
  val offset = SInt(16.W)
}

object WeightScale {

  /** binary16 bits of 1 (N21). */
  private val One = 0x3c00

  /** Scale 1 without an offset. */
  def one: WeightScale = apply(One.U(16.W))

  /** From a binary16. */
  def apply(half: UInt): WeightScale = {
    val field = half(14, 10)
    val magnitude = (field.orR ## half(9, 0)).zext
    val scale = Wire(new WeightScale)
    scale.mantissa := Mux(half(15), -magnitude, magnitude)
    scale.exponent := Mux(field.orR, field, 1.U)
    scale.offset := 0.S
    scale
  }

  /** From an exponent and a significand in one word, and an offset. */
  def apply(word: UInt, offset: UInt): WeightScale = {
    val scale = Wire(new WeightScale)
    scale.mantissa := word(10, 0).zext
    scale.exponent := word(15, 11)
    scale.offset := offset.asSInt
    scale
  }
}

/** A row of an emission whose accumulators are read in this cycle. */
class EmissionRead(sizes: MatrixSizes) extends Bundle {
  val slot = UInt(sizes.slotBits.W)
  val row = UInt(sizes.rowBits.W)
  val n = UInt(8.W)

  /** The emission's last row. */
  val last = Bool()
}

/** A row of an emission on its way to the output buffer. */
class OutputRow(g: Geometry) extends Bundle {
  val word = UInt(g.outputWordBits.W)
  val n = UInt(8.W)
}
