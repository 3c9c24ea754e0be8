package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{Geometry, MatrixCommand, Tag}

/** Steps a matmul through its elements (timing.md T12, T13). A matmul that starts at s shows element e in cycle s+1+e
  * and completes at s+k+1.
  */
final class Feeder(g: Geometry, sizes: MatrixSizes) extends Module {
  val io = IO(new Bundle {
    val start = Input(Bool())
    val command = Input(new MatrixCommand)
    val stop = Input(Bool())
    val free = Output(Bool())

    /** A feed cycle s…s+k−1 of a matmul on this slot (§9). */
    val busy = Output(Bool())
    val busySlot = Output(UInt(sizes.slotBits.W))
    val complete = Valid(new Tag)
    val step = Output(new FeedStep(g, sizes))
    val weightUnit = Output(UInt(g.weightUnitBits.W))
  })

  private val active = RegInit(false.B)

  /** A matmul of 0 blocks: one cycle in which nothing is read. */
  private val nothing = Reg(Bool())
  private val blocksLeft = Reg(UInt((g.activationBlockBits + 1).W))
  private val unit = Reg(UInt(g.weightUnitBits.W))
  private val tag = Reg(new Tag)
  private val step = Reg(new FeedStep(g, sizes))

  private val blockEnds = step.element.andR
  private val last = nothing || (blockEnds && blocksLeft === 1.U)

  when(io.start) {
    nothing := io.command.blocks === 0.U
    blocksLeft := io.command.blocks(g.activationBlockBits, 0)
    unit := io.command.weight(g.weightUnitBits - 1, 0)
    tag := io.command.tag
    step.element := 0.U
    step.half := false.B
    step.block := io.command.activation(g.activationBlockBits - 1, 0)
    step.format := io.command.format
    step.unitScale := io.command.unitScale
    step.m := io.command.m
    step.n := io.command.n
    step.slot := sizes.slot(io.command)
    step.pc := io.command.tag.pc
  }.otherwise {
    step.element := step.element + 1.U
    when(blockEnds) {
      step.block := step.block + 1.U
      step.half := !step.half
      blocksLeft := blocksLeft - 1.U
    }
    val unitEnds = Mux(step.ofBits(8), step.element(3, 0).andR, blockEnds && (!step.ofBits(2) || step.half))
    when(unitEnds) { unit := unit + 1.U }
  }
  active := !io.stop && (io.start || (active && !last))

  io.free := !active || last
  io.busy := io.start || (active && !last)
  io.busySlot := Mux(io.start, sizes.slot(io.command), step.slot)
  io.complete.valid := RegNext(active && last && !io.stop, false.B)
  io.complete.bits := RegNext(tag)
  io.step := step
  io.step.valid := active && !nothing
  io.weightUnit := unit
}
