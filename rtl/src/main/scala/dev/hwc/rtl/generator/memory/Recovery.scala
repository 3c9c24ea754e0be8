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

  /** Draining ends: what is still in flight is forgotten, and from the next cycle on the epoch is another one. */
  val forget = Output(Bool())
  val epoch = Output(UInt(Axi4.EpochBits.W))

  /** Epochs whose bursts were forgotten. */
  val forgotten = Output(UInt((1 << Axi4.EpochBits).W))
  val timeoutCycles = Output(UInt(Recovery.TimeoutBits.W))

  /** All that this channel gave in this epoch is taken and answered. */
  val quiet = Input(Bool())

  /** All that this channel gave in this epoch is taken. */
  val sent = Input(Bool())

  /** Something of this channel was taken or answered; as often as it has given something, and no more. */
  val moved = Input(Bool())

  /** The memory answered what was not asked: counting answers proves nothing any more. */
  val mistrust = Input(Bool())

  /** Whether an answer belongs to a burst that was forgotten. */
  def isLate(id: UInt): Bool = !id(0) && forgotten(id(Axi4.IdBits - 1, 1))
}

/** What happens after `abort`: wait until everything in flight is answered, or until nothing has moved for the time
  * limit; then forget all and go on under the next epoch. Answers that carry a forgotten epoch in their id are
  * swallowed whenever they come, so the next job needs no reset, here or behind the port. An answer that is late by
  * eight aborts would be taken for a new one.
  *
  * An epoch protects the next job from answers, not its memory from data that the other side has taken and not yet
  * written. Answers tell when these are written; when the answers to writes cannot be trusted, only time does.
  */
final class Recovery extends Module {
  val io = IO(new Bundle {
    val abort = Input(Bool())

    /** 0: wait for ever. */
    val timeoutCycles = Input(UInt(Recovery.TimeoutBits.W))
    val read = new RecoveryIO
    val write = new RecoveryIO

    /** Nothing is in flight. Look at it from the cycle after `abort` on. */
    val drained = Output(Bool())

    /** Draining ends without an answer to everything, or with answers that prove nothing. */
    val isolated = Output(Bool())
  })
  private val draining = RegInit(false.B)
  private val readDoubt = RegInit(false.B)
  private val writeDoubt = RegInit(false.B)
  private val epoch = RegInit(0.U(Axi4.EpochBits.W))
  private val forgotten = RegInit(0.U((1 << Axi4.EpochBits).W))

  private val limited = io.timeoutCycles =/= 0.U
  private val over = Silence(draining, io.abort || io.read.moved || io.write.moved, io.timeoutCycles)
  private val readsDone = io.read.quiet || (readDoubt && !limited)
  private val writesDone = Mux(writeDoubt, io.write.sent && !limited, io.write.quiet)
  private val forget = draining && (over || (readsDone && writesDone))
  private val next = epoch + 1.U

  readDoubt := (readDoubt && !forget) || io.read.mistrust
  writeDoubt := (writeDoubt && !forget) || io.write.mistrust
  when(forget) {
    epoch := next
    forgotten := (forgotten | UIntToOH(epoch)) & ~UIntToOH(next)
  }
  draining := io.abort || (draining && !forget)

  for (channel <- Seq(io.read, io.write)) {
    channel.abort := io.abort
    channel.draining := draining
    channel.forget := forget
    channel.epoch := epoch
    channel.forgotten := forgotten
    channel.timeoutCycles := io.timeoutCycles
  }
  io.drained := io.read.quiet && io.write.quiet && !draining
  io.isolated := forget && (over || readDoubt || writeDoubt)
}
