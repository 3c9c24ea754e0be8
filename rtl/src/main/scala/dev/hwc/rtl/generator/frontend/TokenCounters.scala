package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{Isa, Tag}

/** Token counters of one giving queue, one per taking queue (isa.md §1). What is given in cycle c can be taken from c+1
  * on (timing.md T6).
  *
  * @param givers
  *   commands of the queue that can complete in one cycle
  */
final class TokenCounters(givers: Int) extends Module {
  val io = IO(new Bundle {
    val clear = Input(Bool())

    /** Completions, in the order in which they count within a cycle. */
    val completions = Input(Vec(givers, Valid(new Tag)))

    /** Per taking queue: a token is taken; only where one is available. */
    val taken = Input(UInt(Isa.Queues.W))
    val available = Output(UInt(Isa.Queues.W))

    /** Lowest taking queue whose counter passes its largest value in this cycle, and the command that gave last. */
    val overflow = Valid(new TokenFault)
  })
  private val largest = 255
  private val counters = RegInit(VecInit(Seq.fill(Isa.Queues)(0.U(log2Ceil(largest + 1).W))))
  private val results = counters.zipWithIndex.map { case (counter, to) =>
    val gives = io.completions.map(g => g.valid && g.bits.signals(to))
    val next = counter +& PopCount(gives) - io.taken(to)
    counter := Mux(io.clear, 0.U, next(counter.getWidth - 1, 0))
    val fault = Wire(Valid(new TokenFault))
    fault.valid := next > largest.U
    fault.bits.taker := to.U
    fault.bits.pc := PriorityMux(gives.reverse, io.completions.map(_.bits.pc).reverse)
    fault
  }
  io.available := VecInit(counters.map(_ =/= 0.U)).asUInt
  io.overflow.valid := results.map(_.valid).reduce(_ || _)
  io.overflow.bits := PriorityMux(results.map(_.valid), results.map(_.bits))
}

/** A token fault of a giving queue: the taking queue, and the pc that gave. */
class TokenFault extends Bundle {
  val taker = UInt(log2Ceil(Isa.Queues).W)
  val pc = UInt(Isa.PcBits.W)
}
