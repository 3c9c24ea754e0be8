package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._

/** The commands of a queue that wait for their start, at most four (timing.md T2). One pushed in cycle t is the head
  * from t+1 on; the place of one popped is free from the next cycle on.
  */
final class CommandFifo[C <: Data](entry: C) extends Module {
  val io = IO(new Bundle {
    val clear = Input(Bool())
    val push = Flipped(Valid(entry))

    /** Fewer than four commands at the start of this cycle. */
    val room = Output(Bool())
    val head = Valid(entry)
    val pop = Input(Bool())
  })
  private val queue = Module(new Queue(entry, CommandFifo.Depth, hasFlush = true))
  queue.io.flush.get := io.clear
  queue.io.enq.valid := io.push.valid
  queue.io.enq.bits := io.push.bits
  io.room := queue.io.enq.ready
  io.head.valid := queue.io.deq.valid
  io.head.bits := queue.io.deq.bits
  queue.io.deq.ready := io.pop
}

object CommandFifo {

  /** Commands of a queue that can wait (T2). */
  val Depth = 4
}
