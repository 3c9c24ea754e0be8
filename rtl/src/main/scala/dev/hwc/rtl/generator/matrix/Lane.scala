package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._

/** The lane of one column and group of rows: takes the sum of the row whose block ends, scales it, and adds it into the
  * accumulator of its slot and row.
  *
  * `steps(k)` is the row stream k cycles after it reached this column; that saves the lane delays of its own.
  */
final class Lane(sizes: MatrixSizes, group: Int) extends Module {
  private val g = sizes.g
  val io = IO(new Bundle {
    val sums = Input(Vec(sizes.groupRows, SInt(MatrixSizes.SumBits.W)))
    val weightScale = Input(new WeightScale)
    val steps = Input(Vec(Lane.Depth, new RowStep(sizes)))

    /** A term of a row in use was saturated. */
    val saturated = Output(Bool())

    /** Accumulator to be emitted; its value stands one cycle later. */
    val emitAddress = Input(UInt(sizes.accumulatorBits.W))
    val emitted = Output(SInt(MatrixSizes.AccumulatorBits.W))
  })
  override def desiredName: String = s"Lane$group"

  private def row(k: Int): LaneRow = io.steps(k).groups(group)

  private val term = Module(new BlockTerm)
  term.io.activationScale := row(Lane.Select).scale
  term.io.weightScale := io.weightScale
  term.io.sum := selected()
  term.io.codes := row(Lane.Select + BlockTerm.SumAfter).codes

  private val accumulators = SyncReadMem(g.slots << sizes.groupRowBits, SInt(MatrixSizes.AccumulatorBits.W))
  private val old = accumulators.read(io.steps(Lane.Add - 1).accumulator)
  private val base = Mux(row(Lane.Add).fresh, 0.S, old)
  // One adder with the carry: (base·2 + 1) + (value·2 + round) >> 1
  private val total = ((base.asUInt ## true.B).asSInt + (term.io.value.asUInt ## term.io.round).asSInt) >> 1
  when(row(Lane.Add + 1).valid) {
    accumulators.write(io.steps(Lane.Add + 1).accumulator, RegNext(total))
  }
  io.saturated := term.io.saturated && row(Lane.Add).valid
  io.emitted := accumulators.read(io.emitAddress)

  /** The sum of the row that ends, two cycles after it ended. */
  private def selected(): SInt = {
    val lowBits = sizes.groupRowBits min 3
    val low = io.steps(Lane.Select).row(lowBits - 1, 0)
    val parts = io.sums.grouped(1 << lowBits).map(rows => RegNext(VecInit(rows)(low))).toSeq
    val high = io.steps(Lane.Select + 1).row >> lowBits
    RegNext(if (parts.size == 1) parts.head else VecInit(parts)(high))
  }
}

object Lane {

  /** Position in the stream at which the sum of a row can be taken. */
  val Select = 1

  /** Position at which the term is added. */
  val Add: Int = Select + BlockTerm.Latency

  /** Positions that a lane looks at. */
  val Depth: Int = Add + 2
}
