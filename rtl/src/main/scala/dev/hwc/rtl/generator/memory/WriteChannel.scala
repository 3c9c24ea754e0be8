package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** A write burst as long as it is unanswered. */
final class WriteBurst extends Bundle {

  /** Physical. */
  val address = UInt(Isa.AddressBits.W)
  val beatsMinusOne = UInt(Axi4.LengthBits.W)
  val tag = new Tag
  val lastOfCommand = Bool()

  /** Of the completion record, not of a command. */
  val record = Bool()
}

/** An aligned and checked beat on its way to the memory; `burst` counts with the first of a burst. */
final class WriteBeat(g: Geometry) extends Bundle {
  val data = UInt(g.beatBits.W)
  val strobes = UInt(g.beatBytes.W)
  val first = Bool()
  val last = Bool()
  val burst = new WriteBurst
}

/** AW, W and B. A beat given in cycle w+1 is on W from w+2 on, with the first of a burst its address on AW. An answer
  * in cycle r stands at `answer` in r+1, and its place is free from then on (T17). After an abort a burst whose address
  * is out is finished with beats that write nothing.
  */
final class WriteChannel(g: Geometry) extends Module {
  val io = IO(new Bundle {

    /** A beat can be sent in this cycle; from registers. */
    val room = Output(Bool())

    /** A burst can begin in this cycle; from registers. */
    val place = Output(Bool())

    /** A beat, and a first beat, are between sending and `beat`. */
    val reservedBeat = Input(Bool())
    val reservedBurst = Input(Bool())
    val beat = Flipped(Valid(new WriteBeat(g)))
    val answer = Valid(new WriteBurst)
    val fault = Valid(new EngineFault)
    val aw = Decoupled(new Axi4Address)
    val w = Decoupled(new Axi4WriteData(g.beatBits))
    val b = Flipped(Decoupled(new Axi4WriteResponse))
    val recovery = Flipped(new RecoveryIO)
  })
  private val places = g.outstandingWrites
  private val recovery = io.recovery
  private val addresses = Module(new Queue(new Axi4Address, places))
  private val data = Module(new Queue(new Axi4WriteData(g.beatBits), WriteChannel.BeatsWaiting))
  private val pending = Module(new Queue(new WriteBurst, places, hasFlush = true))
  private val inFlight = RegInit(0.U(log2Ceil(places + 1).W))

  // The rest of a burst whose address is out: sent by the engine, or, after an abort, as beats without strobes.
  private val openBeats = RegInit(0.U((Axi4.LengthBits + 1).W))
  private val finishing = RegInit(false.B)
  private val filler = finishing && data.io.enq.ready
  private val beat = io.beat.valid && !recovery.abort
  private val burst = beat && io.beat.bits.first
  when(burst) { openBeats := io.beat.bits.burst.beatsMinusOne }.elsewhen(beat || filler) {
    openBeats := openBeats - 1.U
  }
  finishing := Mux(
    recovery.abort,
    openBeats =/= 0.U && !(filler && openBeats === 1.U),
    finishing && !(filler && openBeats === 1.U)
  )

  io.room := data.io.count +& io.reservedBeat < WriteChannel.BeatsWaiting.U && !finishing && !recovery.draining
  io.place := inFlight +& io.reservedBurst < places.U && addresses.io.count +& io.reservedBurst < places.U

  addresses.io.enq.valid := burst
  addresses.io.enq.bits
    .describe(recovery.epoch, io.beat.bits.burst.address, io.beat.bits.burst.beatsMinusOne, g.beatBytes)
  io.aw <> addresses.io.deq
  pending.io.enq.valid := burst
  pending.io.enq.bits := io.beat.bits.burst
  pending.io.flush.get := recovery.abort || recovery.forget
  data.io.enq.valid := beat || finishing
  data.io.enq.bits.data := io.beat.bits.data
  data.io.enq.bits.strb := Mux(finishing, 0.U, io.beat.bits.strobes)
  data.io.enq.bits.last := Mux(finishing, openBeats === 1.U, io.beat.bits.last)
  io.w <> data.io.deq

  // Bursts whose data, or address, is wholly out, and that are unanswered: an answer to another one is a fault. Those of
  // a forgotten epoch leave first.
  private val answerable = RegInit(0.U(log2Ceil(places + 1).W))
  private val addressed = RegInit(0.U(log2Ceil(places + 1).W))
  private val unsent = RegInit(0.U(log2Ceil(WriteChannel.BeatsWaiting + 2).W))
  private val unsentForgotten = RegInit(0.U(log2Ceil(WriteChannel.BeatsWaiting + 2).W))
  private val addressesForgotten = RegInit(0.U(log2Ceil(places + 1).W))
  private val out = io.w.fire && io.w.bits.last
  private val outForgotten = out && unsentForgotten =/= 0.U
  private val addressForgotten = io.aw.fire && addressesForgotten =/= 0.U
  unsent := unsent + burst - out
  unsentForgotten := Mux(recovery.forget, unsent - out, unsentForgotten - outForgotten)
  addressesForgotten := Mux(recovery.forget, addresses.io.count - io.aw.fire, addressesForgotten - addressForgotten)
  io.b.ready := true.B
  private val answered = io.b.valid && io.b.bits.id === Axi4.id(recovery.epoch) && inFlight =/= 0.U
  inFlight := Mux(recovery.forget, 0.U, inFlight + burst - answered)

  // The cycle after the bus.
  private val came = RegNext(io.b.valid, false.B)
  private val b = RegEnable(io.b.bits, io.b.valid)
  private val head = pending.io.deq.bits
  private val known = pending.io.deq.valid
  private val ours = b.id === Axi4.id(recovery.epoch)
  private val live = came && !recovery.draining
  private val unasked = came && !recovery.isLate(b.id) && (!ours || answerable === 0.U || addressed === 0.U)
  private val protocol = (unasked && live) || (live && !recovery.isLate(b.id) && (!known || b.resp === 1.U))
  private val error = live && ours && b.resp =/= Axi4.Okay.U
  private val good = live && ours && !protocol && !error
  answerable := Mux(recovery.forget, 0.U, answerable + (out && !outForgotten) - (came && ours && answerable =/= 0.U))
  addressed :=
    Mux(recovery.forget, 0.U, addressed + (io.aw.fire && !addressForgotten) - (came && ours && addressed =/= 0.U))
  pending.io.deq.ready := good
  io.answer.valid := good
  io.answer.bits := head

  private val waiting = (inFlight =/= 0.U || finishing) && !recovery.draining
  private val silent = Silence(waiting, io.b.valid || io.aw.fire || io.w.fire, recovery.timeoutCycles)
  private val pc = Mux(known, head.tag.pc, 0.U)
  private val address = Mux(known, Axi4.alignToBeat(head.address, g.beatBytes), 0.U)
  io.fault := Faults.first(
    Faults(protocol, Faults.BusProtocol, pc, address),
    Faults(error, Faults.WriteError, pc, address),
    Faults(silent, Faults.BusTimeout, pc, address)
  )
  private val sent = unsent === unsentForgotten && addresses.io.count === addressesForgotten
  recovery.quiet := inFlight === 0.U && sent
  recovery.sent := sent
  recovery.moved := io.aw.fire || io.w.fire || answered
  recovery.mistrust := protocol || unasked
}

object WriteChannel {

  /** Beats between the aligner and W: one when W is never stalled, two more that are under way when it is. */
  val BeatsWaiting = 4
}
