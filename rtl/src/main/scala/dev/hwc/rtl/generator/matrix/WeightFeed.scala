package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.ir.numerics.NonLinearCodes
import dev.hwc.rtl.generator.ecc.{Checks, EccBuffer, EccRead, EccReport}
import dev.hwc.rtl.generator.{Geometry, Low, WeightFormat, WeightRead}

/** Weight units to one code per column and cycle, column j delayed by j cycles, and scale and offset of each block to
  * its column.
  *
  * Cycles after the feed step f: f+1 the unit's address, f+2 the unit, f+3 its byte, f+3+j column j's code at the
  * array's input. Columns from n on get zeros, so they add nothing.
  */
final class WeightFeed(g: Geometry, sizes: MatrixSizes) extends Module {
  val io = IO(new Bundle {

    /** In cycle f+1. */
    val step = Input(new FeedStep(g, sizes))
    val unit = Input(UInt(g.weightUnitBits.W))
    val read = new WeightRead(g)
    val codes = Output(Vec(g.columns, SInt(8.W)))

    /** With the codes; and what they make of the elements in use, some cycles after the feed. */
    val kinds = Option.when(g.gated)(Output(Vec(g.columns, new WeightKind)))
    val macs = Option.when(g.gated)(Output(new MacCounts(sizes)))

    /** Scale and offset of a block which began at f are there in cycle f + [[WeightFeed.ScaleUse]] + j. */
    val scales = Output(Vec(g.columns, new WeightScale))
    val ecc = Output(new EccReport(WeightFeed.codeWords(g)))
  })
  io.read.enable := io.step.valid
  io.read.unit := io.unit

  // Cycle f+2
  private val element = io.step.element
  private val ofTwoBits = io.step.half ## element(4, 2)
  private val byteOfUnit = RegNext(
    Mux(io.step.ofBits(8), element(3, 0), Mux(io.step.ofBits(2), ofTwoBits, element(4, 1)))
  )
  private val unitScale = RegNext(io.step.unitScale)
  private val hasOffsets = RegNext(io.step.hasOffsets)
  private val capture = RegNext(io.step.valid && io.step.element === WeightFeed.CaptureElement.U, false.B)
  // Cycle f+3
  private val bytes = ShiftRegister(io.step.ofBits(8), 2)
  private val pairs = ShiftRegister(io.step.ofBits(2), 2)
  private val nonLinear = ShiftRegister(WeightFormat.nonLinear(io.step.format), 2)
  private val highNibble = ShiftRegister(Mux(io.step.ofBits(2), element(1), element(0)), 2)
  private val highPair = ShiftRegister(element(0), 2)

  private val fed = VecInit(Seq.tabulate(g.columns)(j => RegNext(io.step.valid && j.U < io.step.n)))
  private val inUse = RegNext(fed)
  private val scaled = Fill(g.columns, capture && !unitScale) & fed.asUInt
  private val checks = for (j <- 0 until g.columns) yield {
    val unit = io.read.codes(j).asTypeOf(Vec(16, UInt(g.byteCoding.storedBits.W)))
    val (code, ofCode) = g.byteCoding.decode(unit(byteOfUnit))
    val (scale, ofScale) = g.halfCoding.decode(io.read.scales(j))
    val byte = RegNext(Mux(fed(j), code, 0.U))
    val (offset, ofOffset) = g.halfCoding.decode(io.read.offsets(j))
    val nibble = Mux(highNibble, byte(7, 4), byte(3, 0))
    val ofFour = Mux(nonLinear && inUse(j), WeightFeed.table(nibble), nibble.asSInt)
    val narrow = Mux(pairs, WeightFeed.ofTwo(Mux(highPair, nibble(3, 2), nibble(1, 0))), ofFour)
    val value = Mux(bytes, byte.asSInt, narrow)
    io.codes(j) := ShiftRegister(value, j)
    val own = Mux(hasOffsets && fed(j), WeightScale(scale, offset), WeightScale(scale))
    io.scales(j) := hold(Mux(unitScale, WeightScale.one, own), WeightFeed.holds(j))
    (ofCode, ofScale, ofOffset, value)
  }

  // Of gated elements
  for (out <- io.kinds; macs <- io.macs) {
    val kinds = checks.map(column => WeightKind(column._4))
    for (j <- 0 until g.columns) { out(j) := ShiftRegister(kinds(j), j) }
    val m = ShiftRegister(io.step.m(sizes.rowBits, 0), 3)
    macs.zero := RegNext(Low(count(kinds.map(_.zero)) * m, sizes.macBits))
    macs.unit := RegNext(Low(count(kinds.map(_.unit)) * m, sizes.macBits))
  }

  /** Columns in use of which this holds, a cycle later. */
  private def count(holds: Seq[Bool]): UInt = RegNext(PopCount(VecInit(holds).asUInt & inUse.asUInt))

  io.ecc := EccReport(
    read(EccBuffer.WeightCodes, Checks.of(checks.map(_._1)).only(fed.asUInt)),
    read(EccBuffer.WeightScales, Checks.of(checks.map(_._2)).only(scaled)),
    read(EccBuffer.WeightScales, Checks.of(checks.map(_._3)).only(scaled & Fill(g.columns, hasOffsets)))
  )

  private def read(buffer: Int, checks: Checks): EccRead =
    EccRead(buffer, checks, RegNext(io.step.pc), RegNext(io.unit), (unit, column) => (column, unit))

  /** Registers that each keep a scale for a block's 32 cycles. */
  private def hold(scale: WeightScale, registers: Int): WeightScale =
    (0 until registers).foldLeft(scale) { (value, k) =>
      RegEnable(value, ShiftRegister(capture, MatrixSizes.BlockElements * k, false.B, true.B))
    }
}

object WeightFeed {

  /** Read in a cycle: a code, a scale and an offset of every column. */
  def codeWords(g: Geometry): Int = g.columns * (g.byteCoding.codeWords(8) + 2 * g.halfCoding.codeWords(16))

  /** The value of an nl4 code (N13). */
  private def table(code: UInt): SInt = VecInit(Seq.tabulate(16)(q => NonLinearCodes.value(q).toInt.S(8.W)))(code)

  /** The value of a ternary code: 3 is −1 (N13). */
  private def ofTwo(code: UInt): SInt = (code.andR ## code).asSInt

  /** The scale stands beside the first unit of its block; the last element for which that unit is always read. */
  private val CaptureElement = 15

  /** From the feed of a block's element 0 to the cycle in which column 0's lane takes the scale: with the row that ends
    * first.
    */
  val ScaleUse: Int = MatrixSizes.BlockElements - 1 + RowStream.Delay

  /** Registers for column j: the last one still holds when the lane takes the scale. */
  private def holds(j: Int): Int = {
    val lastCycle = CaptureElement + 2 + MatrixSizes.BlockElements
    val missing = (ScaleUse + j - lastCycle) max 0
    1 + (missing + MatrixSizes.BlockElements - 1) / MatrixSizes.BlockElements
  }
}
