package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** A checked read burst on its way to the memory. */
final class ReadRequest[T <: Data](item: T) extends Bundle {

  /** Physical, of the first byte that matters. */
  val address = UInt(Isa.AddressBits.W)
  val beatsMinusOne = UInt(Axi4.LengthBits.W)

  /** What the receiver needs to know when the data comes. */
  val receiver = item.cloneType
}

/** A beat in the cycle after it was on the bus. */
final class ArrivedBeat[T <: Data](g: Geometry, item: T) extends Bundle {
  val data = UInt(g.beatBits.W)
  val address = UInt(Isa.AddressBits.W)
  val firstOfBurst = Bool()
  val lastOfBurst = Bool()
  val receiver = item.cloneType
}

/** AR and R: bursts in flight, their answers, and what can be wrong with them.
  *
  * A request given in cycle a+1 is on AR from a+2 on. A beat on the bus in cycle b stands at `beat` in b+1. Its place
  * is free from b+1 of the last beat on (T9). R is always taken, so that nothing that other masters wait for is held
  * up, whatever state this side is in.
  */
final class ReadChannel[T <: Data](g: Geometry, item: T, pcOf: T => UInt) extends Module {
  val io = IO(new Bundle {

    /** A burst may be issued in this cycle; from registers. */
    val place = Output(Bool())
    val request = Flipped(Valid(new ReadRequest(item)))

    /** A burst is between issue and request: it has a place already. */
    val reserved = Input(Bool())
    val beat = Valid(new ArrivedBeat(g, item))
    val fault = Valid(new EngineFault)
    val ar = Decoupled(new Axi4Address)
    val r = Flipped(Decoupled(new Axi4ReadData(g.beatBits)))
    val recovery = Flipped(new RecoveryIO)
  })
  private val places = g.outstandingReads
  private val recovery = io.recovery
  private val addresses = Module(new Queue(new Axi4Address, places))
  private val pending = Module(new Queue(new ReadRequest(item), places, hasFlush = true))
  private val inFlight = RegInit(0.U(log2Ceil(places + 1).W))
  private val roomForAddress = addresses.io.count +& io.reserved < places.U
  io.place := inFlight +& io.reserved < places.U && roomForAddress && !recovery.draining

  private val request = io.request.valid && !recovery.abort
  addresses.io.enq.valid := request
  addresses.io.enq.bits.describe(recovery.epoch, io.request.bits.address, io.request.bits.beatsMinusOne, g.beatBytes)
  io.ar <> addresses.io.deq
  pending.io.enq.valid := request
  pending.io.enq.bits := io.request.bits
  pending.io.flush.get := recovery.abort || recovery.forget

  io.r.ready := true.B
  private val answered = io.r.valid && io.r.bits.last && io.r.bits.id === Axi4.id(recovery.epoch) && inFlight =/= 0.U
  inFlight := Mux(recovery.forget, 0.U, inFlight + request - answered)

  // The cycle after the bus.
  private val came = RegNext(io.r.valid, false.B)
  private val r = RegEnable(io.r.bits, io.r.valid)
  private val beatIndex = RegInit(0.U(Axi4.LengthBits.W))
  private val head = pending.io.deq.bits
  private val known = pending.io.deq.valid
  private val ours = r.id === Axi4.id(recovery.epoch)
  private val late = recovery.isLate(r.id)
  private val live = came && !recovery.draining
  private val expectedLast = beatIndex === head.beatsMinusOne
  private val protocol = live && !late && (!ours || !known || r.last =/= expectedLast || r.resp === 1.U)
  private val error = live && ours && r.resp =/= Axi4.Okay.U
  private val good = live && ours && !protocol && !error
  pending.io.deq.ready := good && r.last
  when(live && ours) { beatIndex := Mux(r.last, 0.U, beatIndex + 1.U) }
  when(recovery.draining) { beatIndex := 0.U }

  io.beat.valid := good
  io.beat.bits.data := r.data
  io.beat.bits.address := head.address
  io.beat.bits.firstOfBurst := beatIndex === 0.U
  io.beat.bits.lastOfBurst := r.last
  io.beat.bits.receiver := head.receiver

  private val silent = Silence(inFlight =/= 0.U && !recovery.draining, io.r.valid || io.ar.fire, recovery.timeoutCycles)
  private val pc = Mux(known, pcOf(head.receiver), 0.U)
  private val address = Mux(known, Axi4.alignToBeat(head.address, g.beatBytes), 0.U)
  io.fault := Faults.first(
    Faults(protocol, Faults.BusProtocol, pc, address),
    Faults(error, Faults.ReadError, pc, address),
    Faults(silent, Faults.BusTimeout, pc, address)
  )
  recovery.quiet := inFlight === 0.U
  recovery.sent := addresses.io.count === 0.U
  recovery.moved := io.ar.fire || answered
  recovery.mistrust := protocol || (came && !ours && !late)
}
