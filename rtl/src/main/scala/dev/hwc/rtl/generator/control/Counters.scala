package dev.hwc.rtl.generator.control

import chisel3._
import chisel3.util._
import dev.hwc.ir.device.{Counter, Stall}
import dev.hwc.rtl.generator.Geometry
import dev.hwc.rtl.generator.ecc.EccMonitor
import dev.hwc.rtl.generator.matrix.{MacCounts, MatrixSizes}

/** What the engines and queues report of one cycle (timing.md §9). */
final class Events(g: Geometry) extends Bundle {
  val busy = UInt(4.W)

  /** Per queue, one bit per cause in the order of `Stall`. */
  val stall = Vec(4, UInt(Stall.values.length.W))

  /** Beats of a burst that is issued in this cycle, 0 without one. */
  val beatsRead = UInt(9.W)
  val beatsWritten = UInt(9.W)
  val saturated = UInt(16.W)
  val exceptions = UInt(log2Ceil(g.lanes + 1).W)

  /** Instructions executed, a bit per queue. */
  val retired = UInt(4.W)
  val corrected = UInt(log2Ceil(EccMonitor.mostCorrected(g) + 1).W)

  /** Of gated elements. */
  val macs = Option.when(g.gated)(new MacCounts(new MatrixSizes(g)))
}

/** Sixty-four counters of 48 bits in a RAM. Each event is counted in a few bits beside it; once in 64 cycles its count
  * moves to the RAM. So a snapshot of a running job shows each counter as it was within the 64 cycles that it takes;
  * that of an idle accelerator is exact.
  */
final class Counters(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val events = Input(new Events(g))

    /** A new job: all counters begin at 0. */
    val clear = Input(Bool())

    /** Copy all counters to where the host reads them. */
    val snapshot = Input(Bool())
    val copying = Output(Bool())

    /** Counter of the last snapshot; its value stands at `value` in the next cycle. */
    val index = Input(UInt(log2Ceil(Counter.SLOTS).W))
    val value = Output(UInt(Counters.Width.W))
  })

  private val increments: Seq[UInt] = {
    val e = io.events
    val stalls = e.stall.flatMap(_.asBools.map(_.asUInt))
    e.busy.asBools.map(_.asUInt) ++ stalls ++ Seq(
      e.beatsRead,
      e.beatsRead.orR.asUInt,
      e.beatsWritten,
      e.beatsWritten.orR.asUInt,
      e.saturated,
      e.exceptions
    ) ++ (e.retired.asBools.map(_.asUInt) :+ e.corrected) ++ e.macs.toSeq.flatMap(macs => Seq(macs.zero, macs.unit))
  }
  require(increments.size == (if (g.gated) Counter.COUNT else Counter.ZERO_MACS))

  private val turn = RegInit(0.U(log2Ceil(Counter.SLOTS).W))
  turn := turn + 1.U

  private val parts = increments.zipWithIndex.map { case (increment, i) =>
    val part = RegInit(0.U((increment.getWidth + log2Ceil(Counter.SLOTS)).W))
    part := Mux(io.clear || turn === i.U, 0.U, part) + increment
    part
  }
  private val totals = SyncReadMem(Counter.SLOTS, UInt(Counters.Width.W))
  private val copies = SyncReadMem(Counter.SLOTS, UInt(Counters.Width.W))
  private val fresh = RegInit(VecInit(Seq.fill(Counter.SLOTS)(true.B)))
  private val left = RegInit(0.U(log2Ceil(Counter.SLOTS + 2).W))

  private val part = RegNext(VecInit(parts.padTo(Counter.SLOTS, 0.U))(turn))
  private val at = RegNext(turn)
  private val valid = RegNext(!io.clear, false.B)
  private val total = Mux(fresh(at), 0.U, totals.read(turn)) + part
  when(valid && !io.clear) {
    totals.write(at, total)
    fresh(at) := false.B
    when(left =/= 0.U) { copies.write(at, total) }
  }
  when(io.clear) { fresh.foreach(_ := true.B) }
  // One turn more than there are counters: what happened in this cycle counts from the next on.
  when(io.snapshot) { left := (Counter.SLOTS + 1).U }.elsewhen(left =/= 0.U) { left := left - 1.U }
  io.copying := left =/= 0.U
  io.value := copies.read(io.index)
}

object Counters {

  /** Bits of a counter. */
  val Width = 48
}
