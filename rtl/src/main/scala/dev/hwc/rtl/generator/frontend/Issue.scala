package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.FaultCode
import dev.hwc.rtl.generator.{EngineFault, Isa, Tag}

/** Starts commands in the four engines as tokens allow (timing.md §3), counts completions, and finds the faults of
  * tokens (isa.md §7).
  */
final class Issue extends Module {
  import Issue._
  val io = IO(new Bundle {
    val clear = Input(Bool())

    /** Low: nothing starts, nothing is counted and no deadlock is seen. */
    val enable = Input(Bool())

    /** A sequencer did or will do something in this cycle. */
    val progress = Input(Bool())
    val heads = Flipped(Vec(Isa.Queues, Valid(new IssueHead)))
    val free = Input(Vec(Isa.Queues, Bool()))
    val places = Input(Vec(Isa.Queues, Bool()))
    val completions = Input(Vec(Isa.Queues, Valid(new Tag)))
    val completeEmit = Flipped(Valid(new Tag))
    val starts = Output(Vec(Isa.Queues, Bool()))
    val stalls = Output(Vec(Isa.Queues, UInt(IssueQueue.StallCauses.W)))

    /** All queues have halted, and no token is left. From the cycle after the last halt's completion on. */
    val halted = Output(Bool())

    /** Token faults, at most one per queue and cycle. */
    val faults = Vec(Isa.Queues, Valid(new EngineFault))
  })

  private val queues = Seq.tabulate(Isa.Queues)(q => Module(new IssueQueue(completions(q).size)))
  private val counters = Seq.tabulate(Isa.Queues)(q => Module(new TokenCounters(completions(q).size + 1)))

  for ((queue, q) <- queues.zipWithIndex) {
    queue.io.clear := io.clear
    queue.io.enable := io.enable
    queue.io.head := io.heads(q)
    queue.io.free := io.free(q)
    queue.io.place := io.places(q)
    queue.io.available := VecInit(counters.map(_.io.available(q))).asUInt
    queue.io.completions := completions(q)
    io.starts(q) := queue.io.start
    io.stalls(q) := queue.io.stalls
  }
  for ((counter, q) <- counters.zipWithIndex) {
    counter.io.clear := io.clear
    counter.io.completions := VecInit(order(q, queues(q).io.syncComplete))
    counter.io.taken := VecInit(queues.map(_.io.taken(q))).asUInt
  }

  /** Completions of a queue's engine. */
  private def completions(q: Int): Seq[Valid[Tag]] =
    if (q == Isa.Matrix) Seq(io.completions(q), io.completeEmit) else Seq(io.completions(q))

  /** All completions of a queue in the order in which the simulator sees them within a cycle. */
  private def order(q: Int, sync: Valid[Tag]): Seq[Valid[Tag]] =
    if (q == Isa.Store) sync +: completions(q)
    else completions(q).head +: sync +: completions(q).tail

  private val allHalted = queues.map(_.io.halted).reduce(_ && _)
  private val left = counters.map(_.io.available)
  io.halted := io.enable && allHalted && !left.map(_.orR).reduce(_ || _)

  // Nothing moves and nothing is on its way: whoever waits, waits for ever.
  private val starved = queues.map(_.io.starved)
  private val stuck = io.enable && !io.progress && !queues.map(_.io.start).reduce(_ || _) &&
    queues.map(_.io.idle).reduce(_ && _) &&
    io.heads.zip(starved).map { case (head, starves) => !head.valid || starves }.reduce(_ && _)

  for ((fault, q) <- io.faults.zipWithIndex) {
    val overflow = counters(q).io.overflow
    val tokensLeft = io.enable && allHalted && left(q).orR
    val firstStarved = starved(q) && !starved.take(q).foldLeft(false.B)(_ || _)
    fault.valid := overflow.valid || tokensLeft || (stuck && firstStarved)
    fault.bits := MuxCase(
      report(FaultCode.DEADLOCK, io.heads(q).bits.tag.pc, 0.U),
      Seq(
        overflow.valid -> report(FaultCode.TOKEN_OVERFLOW, overflow.bits.pc, overflow.bits.taker),
        tokensLeft -> report(FaultCode.TOKENS_LEFT, queues(q).io.haltPc, PriorityEncoder(left(q)))
      )
    )
  }
}

object Issue {

  /** A fault with its code. */
  def report(code: FaultCode, pc: UInt, address: UInt): EngineFault = {
    val fault = Wire(new EngineFault)
    fault.code := code.number.U
    fault.pc := pc
    fault.address := address
    fault
  }
}
