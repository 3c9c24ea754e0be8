package dev.hwc.rtl.generator.control

import chisel3._
import chisel3.util._
import dev.hwc.ir.device.JobDescriptor
import dev.hwc.ir.isa.FaultCode
import dev.hwc.rtl.generator._
import dev.hwc.rtl.generator.frontend.{Fault, ProgramStream}

/** The completion record's write: 16 bytes to a physical address. */
final class RecordWrite extends Bundle {
  val address = UInt(Isa.AddressBits.W)
  val data = UInt(128.W)
}

/** Runs jobs one after the other: descriptor, programs, run, completion record (timing.md §7); after a fault: abort,
  * drain, record.
  */
final class JobController(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val control = Input(new HostControl)
    val status = Output(new JobStatus)

    /** The load engine reads descriptor and programs outside of a run; beats come back in order. */
    val fetch = Output(Valid(new LoadCommand))
    val fetchFree = Input(Bool())
    val beat = Flipped(Valid(new FetchBeat(g)))

    /** The store engine writes the record; `recordDone` when it is answered. */
    val record = Output(Valid(new RecordWrite))
    val recordFree = Input(Bool())
    val recordDone = Input(Bool())

    /** A new job begins: counters, tokens, registers, checker start over. */
    val clear = Output(Bool())
    val stream = Flipped(new ProgramStream(g))
    val argumentIndex = Input(Vec(Isa.Queues, UInt(5.W)))
    val argument = Output(Vec(Isa.Queues, UInt(Isa.AddressBits.W)))
    val windows = Output(Vec(8, new WindowEntry))

    /** In cycle S − 1: the sequencers execute their first instruction in the next. */
    val run = Output(Bool())

    /** All queues have halted, and the array is empty. */
    val halted = Input(Bool())

    /** First fault of queues and engines, code 0 without one; held until `clear` or `forget`. */
    val fault = Input(new Fault)

    /** In the last cycle of draining: that fault is known, and the next one would be another. */
    val forget = Output(Bool())

    /** For one cycle: engines and queues forget what they do. */
    val abort = Output(Bool())

    /** No burst is in flight any more. */
    val drained = Input(Bool())
    val isolated = Input(Bool())
  })

  private object State extends ChiselEnum {
    val idle, descriptor, check, programs, programsLast, run, record, abort, drain, faultRecord = Value
  }
  private val state = RegInit(State.idle)

  private val completed = RegInit(0.U(32.W))
  private val ringIndex = (completed + 1.U)(14, 0) & ((1.U(16.W) << io.control.ringLog2)(15, 0) - 1.U)(14, 0)
  private val nextDescriptor = (io.control.ring + Cat(ringIndex, 0.U(log2Ceil(JobDescriptor.ALIGNMENT).W)))(
    Isa.AddressBits - 1,
    0
  )
  private val descriptorAddress = Reg(UInt(Isa.AddressBits.W))
  // A fault while no job runs: an answer that nobody asked for. The engine that met it waits for an abort.
  private val stray = state === State.idle && io.fault.code =/= 0.U
  private val begin = state === State.idle && !stray && io.control.enable && io.control.doorbell =/= completed
  // T18: the cycle number within the job; the doorbell's cycle is 0, and a job begins in cycle 1.
  private val cycle = RegInit(1.U(Counters.Width.W))
  when(begin || state =/= State.idle) { cycle := cycle + 1.U }.otherwise { cycle := 1.U }
  io.clear := begin
  when(begin) {
    descriptorAddress := nextDescriptor
    state := State.descriptor
  }

  // Descriptor: one fetch; its beats go to the reader.
  private val reader = Module(new DescriptorReader(g))
  reader.io.clear := begin
  reader.io.beat.valid := io.beat.valid && state === State.descriptor
  reader.io.beat.bits := io.beat.bits.data
  reader.io.argumentIndex := io.argumentIndex
  io.argument := reader.io.argument
  io.windows := reader.io.windows
  when(reader.io.last) { state := State.check }

  private val fault = RegInit(0.U.asTypeOf(new Fault))
  private def raise(condition: Bool, code: FaultCode, queue: UInt, address: UInt): Unit =
    when(condition && fault.code === 0.U) {
      fault.code := code.number.U
      fault.queue := Low(queue, 2)
      fault.pc := 0.U
      fault.address := Low(address, Isa.AddressBits)
    }

  // Check: the descriptor as a whole. Programs that are too long for the memories are the checker's matter (I8).
  private val counts = reader.io.programs.map(_.instructions)
  private val badLength = VecInit(counts.map(c => c === 0.U || c > (1 << Isa.PcBits).U))
  private val checking = state === State.check
  private val malformed = !reader.io.wellFormed
  private val foreign = reader.io.wellFormed && !reader.io.forThisHardware
  private val wrongLength = !malformed && !foreign && !reader.io.resident && badLength.asUInt.orR
  raise(checking && malformed, FaultCode.DESCRIPTOR, 0.U, descriptorAddress)
  raise(checking && foreign, FaultCode.CONFIG_HASH, 0.U, descriptorAddress)
  raise(checking && wrongLength, FaultCode.INSTRUCTION, PriorityEncoder(badLength), 0.U)
  private val sound = !malformed && !foreign && !wrongLength
  when(checking && sound) { state := Mux(reader.io.resident, State.run, State.programs) }

  // Programs: fetched in the order of the queues, each when the engine has issued its predecessor's last burst.
  private val next = RegInit(0.U(3.W)) // program to fetch
  private val place = reader.io.programs(next(1, 0))
  private val instructionsPerBeat = 1 max (g.beatBytes / 16)
  private val beatsPerInstruction = 1 max (16 / g.beatBytes)
  private def beats(count: UInt): UInt =
    ((count +& (instructionsPerBeat - 1).U) / instructionsPerBeat.U) * beatsPerInstruction.U
  private val lengthBits = Isa.PcBits + 1
  private val bytes = beats(place.instructions(lengthBits - 1, 0)) * g.beatBytes.U
  private val window = reader.io.windows(0)
  private val misaligned = place.offset(log2Ceil(g.beatBytes) - 1, 0).orR
  private val outside = !window.readable || place.offset(63, Isa.AddressBits).orR ||
    (place.offset(Isa.AddressBits - 1, 0) +& bytes) > window.limit
  private val starting = state === State.programs && next =/= 4.U && io.fetchFree && fault.code === 0.U
  raise(starting && misaligned, FaultCode.ALIGNMENT, next, place.offset)
  raise(starting && !misaligned && outside, FaultCode.WINDOW, next, place.offset)
  private val fetchProgram = starting && !misaligned && !outside
  when(fetchProgram) { next := next + 1.U }

  io.fetch.valid := begin || fetchProgram
  io.fetch.bits := 0.U.asTypeOf(new LoadCommand)
  io.fetch.bits.kind := LoadKind.Fetch.U
  io.fetch.bits.physical := begin
  io.fetch.bits.address := Mux(begin, nextDescriptor, Low(place.offset, Isa.AddressBits))
  io.fetch.bits.rows := 1.U
  io.fetch.bits.rowBytes := Mux(begin, JobDescriptor.BYTES.U, bytes)

  // Their beats arrive in the same order.
  io.stream.start := checking && sound && !reader.io.resident
  io.stream.lengths := VecInit(counts)
  io.stream.beat.valid := io.beat.valid && state === State.programs
  io.stream.beat.bits := io.beat.bits
  when(state === State.programs && io.stream.complete) { state := State.programsLast }
  when(state === State.programsLast) { state := State.run }
  when(begin) { next := 0.U }

  // Run and record (T19).
  io.run := (checking && sound && reader.io.resident) || state === State.programsLast
  private val finished = state === State.run && io.halted
  private val failed = state === State.faultRecord && io.recordFree
  private val recorded = RegInit(false.B) // the record is on its way
  io.record.valid := (finished && io.fault.code === 0.U && fault.code === 0.U) || (failed && !recorded)
  io.record.bits.address := descriptorAddress + JobDescriptor.BYTES.U
  private val sequence = completed + 1.U
  private val good = state === State.run
  io.record.bits.data := Cat(
    Mux(good, cycle, fault.address).pad(64),
    sequence,
    Mux(good, 0.U, fault.pc),
    Mux(good, 0.U, fault.queue).pad(8),
    Mux(good, 0.U, fault.code).pad(8)
  )
  when(io.record.valid) { recorded := true.B }
  when(begin || state === State.abort) { recorded := false.B } // an abort forgets it, too
  when(finished) { state := State.record }

  private val cycles = RegInit(0.U(Counters.Width.W))
  private val lastFault = RegInit(0.U.asTypeOf(new Fault))
  // Once the record of a good job is answered, no fault can come any more.
  private val ending = Mux(state === State.record, 0.U.asTypeOf(new Fault), fault)
  private def end(): Unit = {
    completed := sequence
    cycles := cycle
    lastFault := ending
    cycle := 1.U // a queued job begins in the next cycle
    state := State.idle
  }
  private val done = io.recordDone && (state === State.record || state === State.faultRecord)
  when(done) { end() }

  // Faults: of the descriptor, of queues and engines, of time.
  private val busy =
    state =/= State.idle && state =/= State.abort && state =/= State.drain && state =/= State.faultRecord
  private val overdue = io.control.watchdog =/= 0.U && cycle(Counters.Width - 1, 16) >= io.control.watchdog
  raise(busy && io.control.abort, FaultCode.WATCHDOG, 0.U, cycle)
  raise(busy && overdue, FaultCode.WATCHDOG, 0.U, cycle)
  when(busy && io.fault.code =/= 0.U && fault.code === 0.U) { fault := io.fault }
  when(busy && !done && fault.code =/= 0.U) { state := State.abort }
  when(state === State.abort) { state := State.drain }
  private val drained = state === State.drain && io.drained
  when(drained) { state := State.faultRecord }
  io.abort := state === State.abort
  io.forget := drained

  // A record that cannot be written either: what is in flight is drained once more, for the store engine waits for
  // that; the registers still tell.
  private val waited = RegInit(0.U(33.W))
  waited := Mux(state === State.faultRecord, waited + 1.U, 0.U)
  private val lost = RegInit(false.B)
  private val giveUp =
    state === State.faultRecord && io.control.busTimeout =/= 0.U && waited > (io.control.busTimeout +& 16.U)
  when(giveUp && !done) {
    lost := true.B
    state := State.abort
  }
  private val endedWithout = drained && lost
  when(endedWithout) {
    lost := false.B
    end()
  }
  when(begin) { fault := 0.U.asTypeOf(new Fault) }

  // Without a job nothing ends.
  private val jobless = RegInit(false.B)
  when(stray) {
    jobless := true.B
    state := State.abort
  }
  when(drained && jobless) {
    jobless := false.B
    cycle := 1.U
    state := State.idle
  }

  private val ended = done || endedWithout
  io.status.idle := state === State.idle
  io.status.draining := state === State.drain || state === State.abort
  io.status.isolated := io.isolated
  io.status.completed := completed
  io.status.cycles := cycles
  io.status.fault := lastFault
  io.status.ended := ended
  io.status.faulted := ended && ending.code =/= 0.U
}
