package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.{LoopNest, Opcode}
import dev.hwc.rtl.generator.Isa

/** The loops a queue is in, innermost first: where each begins and how often it still runs, this time included (T1). */
final class LoopStack extends Module {
  val io = IO(new Bundle {
    val clear = Input(Bool())

    /** Enters a loop: its first instruction and its count, at least 1. */
    val push = Flipped(Valid(new LoopState))

    /** A `next` is executed. */
    val next = Input(Bool())

    /** That `next` goes back to `start`; else it goes on. */
    val again = Output(Bool())
    val start = Output(UInt(Isa.PcBits.W))
    val depth = Output(UInt(ProgramShape.DepthBits.W))
  })
  private val loops = Reg(Vec(LoopNest.MAX_DEPTH, new LoopState))
  private val depth = RegInit(0.U(ProgramShape.DepthBits.W))
  private val again = loops.head.left =/= 1.U

  when(io.clear) {
    depth := 0.U
  }.elsewhen(io.push.valid) {
    depth := depth + 1.U
    loops := VecInit(io.push.bits +: loops.init)
  }.elsewhen(io.next && again) {
    loops.head.left := loops.head.left - 1.U
  }.elsewhen(io.next) {
    depth := depth - 1.U
    loops := VecInit(loops.tail :+ loops.last)
  }

  io.again := again
  io.start := loops.head.start
  io.depth := depth
}

/** One loop in progress. */
class LoopState extends Bundle {
  val start = UInt(Isa.PcBits.W)
  val left = UInt(LoopState.CountBits.W)
}

object LoopState {

  /** Bits of a loop's count, immediate and register together. */
  val CountBits: Int = InstructionFields.width(Opcode.LOOP, "count")
}
