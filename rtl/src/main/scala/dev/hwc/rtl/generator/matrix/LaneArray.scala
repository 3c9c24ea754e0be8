package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.numerics.AccumulatorToFp32

/** The lanes of all columns, the stream that passes them, and the conversion of emitted rows. */
final class LaneArray(sizes: MatrixSizes) extends Module {
  private val g = sizes.g
  val io = IO(new Bundle {
    val sums = Input(Vec(g.columns, Vec(g.rows, SInt(MatrixSizes.SumBits.W))))
    val scales = Input(Vec(g.columns, new WeightScale))

    /** Sums of the rows' activation codes. */
    val codes = Input(Vec(g.rows, SInt(MatrixSizes.CodeSumBits.W)))
    val row = Input(new RowStep(sizes))
    val stop = Input(Bool())
    val saturated = Output(UInt(16.W))

    /** Accumulators of a row; those of columns from n on, and of a row that is not used, read as 0. */
    val emit = Input(new EmissionRead(sizes))
    val emitUsed = Input(Bool())

    /** The row, [[LaneArray.EmitLatency]] cycles later. */
    val emitted = Output(Vec(g.columns, UInt(32.W)))
  })

  /** The stream of each group of rows: operands reach a group as many cycles after the one above as that has rows. */
  private val streams = Seq
    .iterate(io.row, sizes.groups)(later(_, sizes.groupRows).last)
    .zipWithIndex
    .map { case (step, k) => later(withCodes(step, k), g.columns - 2 + Lane.Depth) }
  private val emitAddress = io.emit.slot ## io.emit.row(sizes.groupRowBits - 1, 0)
  private val emitGroup = RegNext(io.emit.row >> sizes.groupRowBits)

  private val saturated = for (j <- 0 until g.columns) yield {
    // A group still needs its block's scale when the groups above have that of the next block.
    val scales = streams.scanLeft(io.scales(j))((scale, steps) => RegEnable(scale, steps(j).first)).tail
    val lanes = for (k <- 0 until sizes.groups) yield {
      val lane = Module(new Lane(sizes, k))
      lane.io.sums := io.sums(j).slice(k * sizes.groupRows, (k + 1) * sizes.groupRows)
      lane.io.weightScale := scales(k)
      lane.io.steps := streams(k).slice(j, j + Lane.Depth)
      lane.io.emitAddress := emitAddress
      lane
    }
    val values = lanes.map(_.io.emitted)
    val value = if (values.size == 1) values.head else VecInit(values)(emitGroup)
    val used = RegNext(io.emitUsed && j.U < io.emit.n)
    io.emitted(j) := AccumulatorToFp32(RegNext(Mux(used, value, 0.S)))
    lanes.map(_.io.saturated)
  }
  // Counted in parts, a register after each.
  private val parts = saturated.flatten.grouped(16).map(part => RegNext(PopCount(part)))
  io.saturated := RegNext(parts.toSeq.reduce(_ +& _))

  /** A step of a group with the sum of its row's codes, which is complete in this cycle. */
  private def withCodes(step: RowStep, group: Int): RowStep = {
    val out = WireDefault(step)
    val rows = io.codes.slice(group * sizes.groupRows, (group + 1) * sizes.groupRows)
    out.groups(group).codes := VecInit(rows)(step.row)
    out
  }

  /** A step and what becomes of it in the next so many cycles. */
  private def later(step: RowStep, cycles: Int): Seq[RowStep] =
    Seq.iterate(step, cycles + 1)(RowStream.next(_, io.stop))
}

object LaneArray {

  /** From the address of a row of accumulators to its fp32 values. */
  val EmitLatency: Int = 2 + AccumulatorToFp32.Latency
}
