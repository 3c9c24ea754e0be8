package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{EngineFault, Isa}

/** A fault as the completion record names it (isa.md §7). */
class Fault extends Bundle {
  val code = UInt(4.W)
  val queue = UInt(log2Ceil(Isa.Queues).W)
  val pc = UInt(Isa.PcBits.W)
  val address = UInt(Isa.AddressBits.W)
}

/** Keeps the first fault. Of several in one cycle it is that of the lowest queue, and of one queue the first source.
  *
  * @param sources
  *   sources of faults per queue
  */
final class FaultLatch(sources: Int) extends Module {
  val io = IO(new Bundle {
    val clear = Input(Bool())
    val faults = Input(Vec(Isa.Queues, Vec(sources, Valid(new EngineFault))))

    /** From the cycle after it happened until `clear`. */
    val first = Valid(new Fault)
  })
  private val first = RegInit(0.U.asTypeOf(Valid(new Fault)))
  private val reported = io.faults.zipWithIndex.flatMap { case (ofQueue, q) =>
    ofQueue.map { fault =>
      val named = Wire(new Fault)
      named.code := fault.bits.code
      named.queue := q.U
      named.pc := fault.bits.pc
      named.address := fault.bits.address
      fault.valid -> named
    }
  }
  when(io.clear) {
    first.valid := false.B
  }.elsewhen(!first.valid) {
    first.valid := reported.map(_._1).reduce(_ || _)
    first.bits := PriorityMux(reported)
  }
  io.first := first
}
