package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

object Recovery {

  /** Bits of the time limit, in cycles (register `BUS_TIMEOUT`). */
  val TimeoutBits = 32
}

/** Between the recovery and one channel. */
final class RecoveryIO extends Bundle {
  val abort = Output(Bool())
  val draining = Output(Bool())

  /** Forget what is in flight: from the next cycle on the epoch is another one. */
  val isolate = Output(Bool())
  val epoch = Output(UInt(Axi4.EpochBits.W))

  /** Epochs whose bursts were forgotten. */
  val forgotten = Output(UInt((1 << Axi4.EpochBits).W))
  val timeoutCycles = Output(UInt(Recovery.TimeoutBits.W))

  /** Nothing of this channel is in flight. */
  val quiet = Input(Bool())

  /** The memory answered what was not asked: counting answers proves nothing any more. */
  val mistrust = Input(Bool())

  /** Whether an answer belongs to a burst that was forgotten. */
  def isLate(id: UInt): Bool = !id(0) && forgotten(id(Axi4.IdBits - 1, 1))
}

/** What happens after `abort`: wait until everything in flight is answered; when that takes longer than the time limit,
  * or the memory's answers cannot be trusted, forget all and go on under the next epoch. Answers that carry a forgotten
  * epoch in their id are swallowed whenever they come, so the next job needs no reset, here or behind the port. An
  * answer that is late by eight isolations would be taken for a new one.
  */
final class Recovery extends Module {
  val io = IO(new Bundle {
    val abort = Input(Bool())

    /** 0: wait for ever. */
    val timeoutCycles = Input(UInt(Recovery.TimeoutBits.W))
    val read = new RecoveryIO
    val write = new RecoveryIO

    /** Nothing is in flight, and nothing has been isolated half. Look at it from the cycle after `abort` on. */
    val drained = Output(Bool())
  })
  private val draining = RegInit(false.B)
  private val mistrusted = RegInit(false.B)
  private val epoch = RegInit(0.U(Axi4.EpochBits.W))
  private val forgotten = RegInit(0.U((1 << Axi4.EpochBits).W))

  private val quiet = io.read.quiet && io.write.quiet
  private val limited = io.timeoutCycles =/= 0.U
  private val over = Silence(draining, io.abort, io.timeoutCycles)
  private val isolate = draining && (over || (mistrusted && (quiet || !limited)))
  private val next = epoch + 1.U

  when(io.read.mistrust || io.write.mistrust) { mistrusted := true.B }
  when(isolate) {
    epoch := next
    forgotten := (forgotten | UIntToOH(epoch)) & ~UIntToOH(next)
    mistrusted := false.B
  }
  draining := io.abort || (draining && !isolate && !(quiet && !mistrusted))

  for (channel <- Seq(io.read, io.write)) {
    channel.abort := io.abort
    channel.draining := draining
    channel.isolate := isolate
    channel.epoch := epoch
    channel.forgotten := forgotten
    channel.timeoutCycles := io.timeoutCycles
  }
  io.drained := quiet && !draining
}
