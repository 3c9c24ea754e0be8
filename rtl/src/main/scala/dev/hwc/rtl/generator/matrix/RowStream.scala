package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{Geometry, Isa}

/** After a block's last element of row 0: one row of the group a cycle, with its activation scale. The next block ends
  * at least 32 cycles later, when all rows are done.
  */
final class RowStream(g: Geometry, sizes: MatrixSizes) extends Module {
  val io = IO(new Bundle {

    /** In cycle f+1. */
    val step = Input(new FeedStep(g, sizes))
    val stop = Input(Bool())

    /** Rows of the slot that hold something; asked in cycle f+2. */
    val add = Output(Bool())
    val slot = Output(UInt(sizes.slotBits.W))
    val m = Output(UInt(8.W))
    val before = Input(UInt(8.W))

    /** In cycle f+3+i; the scales one cycle later. */
    val scaleBlock = Output(UInt(g.activationBlockBits.W))
    val scaleRow = Output(UInt(sizes.groupRowBits.W))

    /** Groups whose row in this cycle is one of the matmul's, and the matmul. */
    val scaleUsed = Output(Vec(sizes.groups, Bool()))
    val scalePc = Output(UInt(Isa.PcBits.W))
    val scales = Input(Vec(sizes.groups, UInt(16.W)))

    /** Row i in cycle f + [[RowStream.Delay]] + i. */
    val row = Output(new RowStep(sizes))
  })
  private val ends = RegNext(io.step.last && !io.stop, false.B)
  private val ended = RegNext(io.step)
  io.add := ends
  io.slot := ended.slot
  io.m := ended.m

  private val active = RegInit(false.B)
  private val row = Reg(UInt(sizes.groupRowBits.W))
  private val m = RegEnable(ended.m, ends)
  private val slot = RegEnable(ended.slot, ends)
  private val before = RegEnable(io.before, ends)
  io.scaleBlock := RegEnable(ended.block, ends)
  io.scaleRow := row
  io.scalePc := RegEnable(ended.pc, ends)

  row := Mux(ends, 0.U, row + 1.U)
  active := !io.stop && (ends || (active && !row.andR))

  private val step = Wire(new RowStep(sizes))
  step.row := row
  step.slot := slot
  step.first := active && row === 0.U
  for ((group, k) <- step.groups.zipWithIndex) {
    val rowOfArray = k.U ## row
    group.valid := active && rowOfArray < m
    group.fresh := rowOfArray >= before
    group.scale := DontCare
    group.codes := DontCare // known when the row reaches the lanes
    io.scaleUsed(k) := group.valid
  }
  private val delayed = RowStream.next(step, io.stop)
  private val named = Wire(new RowStep(sizes))
  named := delayed
  for ((group, scale) <- named.groups.zip(io.scales)) { group.scale := scale(14, 0) }
  io.row := RowStream.next(named, io.stop)
}

object RowStream {

  /** From a block's last feed to its row 0 at column 0's lane. */
  val Delay = 5

  /** The stream one register later; what is valid can be stopped. */
  def next(step: RowStep, stop: Bool): RowStep = {
    val later = RegNext(step)
    val out = Wire(chiselTypeOf(step))
    out := later
    out.first := RegNext(step.first && !stop, false.B)
    for ((to, from) <- out.groups.zip(step.groups)) { to.valid := RegNext(from.valid && !stop, false.B) }
    out
  }
}
