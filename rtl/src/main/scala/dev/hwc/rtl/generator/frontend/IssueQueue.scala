package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.device.Stall
import dev.hwc.rtl.generator.{Isa, Tag}

/** What issue has to know of a command. */
class IssueHead extends Bundle {
  val sync = Bool()
  val halt = Bool()
  val drain = Bool()
  val waits = UInt(Isa.Queues.W)
  val tag = new Tag
}

/** Decides for one queue when its head command starts, and why not (timing.md T5, T7, §9).
  *
  * @param engineCompletions
  *   commands that the engine can complete in one cycle
  */
final class IssueQueue(engineCompletions: Int) extends Module {
  import IssueQueue._
  val io = IO(new Bundle {
    val clear = Input(Bool())

    /** Low: nothing starts and nothing is counted. */
    val enable = Input(Bool())
    val head = Flipped(Valid(new IssueHead))

    /** The engine can take a command. */
    val free = Input(Bool())

    /** The accumulator slot or emission place that the head needs is free. */
    val place = Input(Bool())

    /** Queues that have a token for this one. */
    val available = Input(UInt(Isa.Queues.W))
    val completions = Input(Vec(engineCompletions, Valid(new Tag)))

    /** The head starts in this cycle. */
    val start = Output(Bool())

    /** Queues whose token it takes in this cycle. */
    val taken = Output(UInt(Isa.Queues.W))

    /** A `sync` or `halt` completes in this cycle, one after its start. */
    val syncComplete = Valid(new Tag)

    /** Causes of a stall in this cycle, at most one (order of [[Stall]], without the last). */
    val stalls = Output(UInt(StallCauses.W))

    /** Started commands that have not completed, as of the start of the cycle. */
    val idle = Output(Bool())

    /** The head lacks a token. */
    val starved = Output(Bool())

    /** The halt has completed. */
    val halted = Output(Bool())

    /** Program counter of the halt. */
    val haltPc = Output(UInt(Isa.PcBits.W))
  })

  private val head = io.head.bits
  private val haltStarted = RegInit(false.B)
  private val halted = RegInit(false.B)
  private val haltPc = Reg(UInt(Isa.PcBits.W))
  private val outstanding = RegInit(0.U(OutstandingBits.W))

  private val missing = head.waits & ~io.available
  private val drains = head.drain && outstanding =/= 0.U
  private val ready = io.enable && !haltStarted && io.free
  private val start = ready && io.head.valid && !missing.orR && !drains && (head.sync || io.place)

  private val causes = !io.head.valid +: missing.asBools :+ drains :+ !(head.sync || io.place)
  io.stalls := Mux(ready, PriorityEncoderOH(VecInit(causes).asUInt), 0.U)

  private val sync = RegNext(start && head.sync && !io.clear, false.B)
  private val syncTag = RegEnable(head.tag, start)
  private val syncHalts = RegNext(head.halt)
  io.syncComplete.valid := sync
  io.syncComplete.bits := syncTag

  outstanding := outstanding + start - PopCount(io.completions.map(_.valid) :+ sync)
  when(start && head.halt) {
    haltStarted := true.B
    haltPc := head.tag.pc
  }
  when(sync && syncHalts) {
    halted := true.B
  }
  when(io.clear) {
    outstanding := 0.U
    haltStarted := false.B
    halted := false.B
  }

  io.start := start
  io.taken := Mux(start, head.waits, 0.U)
  io.idle := outstanding === 0.U
  io.starved := io.head.valid && missing.orR
  io.halted := halted
  io.haltPc := haltPc
}

object IssueQueue {

  /** Causes that issue sees: all but `outstanding`. */
  val StallCauses: Int = Stall.values.length - 1

  /** Bits to count the commands between start and completion: fewer than the bursts in flight (64) and a few behind
    * them.
    */
  val OutstandingBits = 8
}
