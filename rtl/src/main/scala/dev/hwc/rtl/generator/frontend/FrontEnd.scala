package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.experimental.AffectsChiselPrefix
import chisel3.util._
import dev.hwc.ir.device.Stall
import dev.hwc.ir.isa.FaultCode
import dev.hwc.rtl.generator._

/** The front end between the job controller and the four engines. */
class FrontEndIO(g: Geometry) extends Bundle {

  /** One pulse before each job, in the cycle of `stream.start` or earlier: forgets the last job and its fault. Programs
    * stay.
    */
  val clear = Input(Bool())

  /** From the next cycle on nothing runs, and what is in flight is forgotten. The fault stays. */
  val abort = Input(Bool())
  val stream = new ProgramStream(g)

  /** The sequencers execute their first instruction in the next cycle: high in cycle S − 1 of timing.md T18. */
  val run = Input(Bool())

  /** The job's arguments, read by each queue within a cycle. */
  val arguments = Vec(Isa.Queues, new ArgumentRead)

  /** Little-endian word of a `load.register`, in the cycle in which the load engine completes that command. */
  val loaded = Flipped(Valid(UInt(Sequencer.LoadedBits.W)))

  val load = Flipped(new EngineIO(new LoadCommand))
  val matrix = Flipped(new MatrixEngineIO(g))
  val vector = Flipped(new EngineIO(new VectorCommand))
  val store = Flipped(new EngineIO(new StoreCommand))

  /** From cycle S on, until `abort` or `clear`. */
  val running = Output(Bool())

  /** All queues have halted without a fault: from h + 1 of timing.md T19 on. */
  val halted = Output(Bool())

  /** The first fault of the job, from the cycle after it happened on. Nothing starts any more from then on. */
  val fault = Valid(new Fault)

  /** A scratchpad word that cannot be corrected. */
  val ecc = Flipped(Valid(new Fault))

  /** Per queue one bit per cause, in the order of `dev.hwc.ir.device.Stall`; at most one is set. */
  val stalls = Output(Vec(Isa.Queues, UInt(Stall.values.length.W)))

  /** Per queue the opcode (`Opcode.ordinal`) of the instruction executed in this cycle. */
  val retired = Output(Vec(Isa.Queues, Valid(UInt(Sequencer.OrdinalBits.W))))
}

/** Programs, sequencers, command FIFOs and issue (timing.md §2, §3). */
final class FrontEnd(g: Geometry) extends Module {
  val io = IO(new FrontEndIO(g))

  private val stop = io.abort || io.clear
  private val fetch = Module(new ProgramFetch(g))
  private val issue = Module(new Issue)
  private val faults = Module(new FaultLatch(sources = 4))

  private val running = RegInit(false.B)
  when(stop) {
    running := false.B
  }.elsewhen(io.run) {
    running := true.B
  }

  /** What the programs in the memories break, once this job has read or started them. */
  private val program = Wire(Valid(new Fault))
  private val used = RegInit(false.B)
  when(io.stream.start || io.run) {
    used := true.B
  }.elsewhen(io.clear) {
    used := false.B
  }
  private val broken = fetch.io.fault
  program.valid := used && broken.valid || running && !fetch.io.loaded
  program.bits.code := FaultCode.INSTRUCTION.number.U
  program.bits.queue := Mux(broken.valid, broken.bits.queue, 0.U)
  program.bits.pc := Mux(broken.valid, broken.bits.pc, 0.U)
  program.bits.address := 0.U

  private val faulted = faults.io.first.valid || program.valid
  private val active = running && !faulted

  fetch.io.stream <> io.stream
  fetch.io.stop := stop && !io.stream.start

  issue.io.clear := stop || io.run
  issue.io.enable := active
  faults.io.clear := io.clear

  private val load = new Lane(new LoadResolver(g), io.load, (c: LoadCommand) => c.tag)
  private val matrix = new Lane(new MatrixResolver, io.matrix, (c: MatrixCommand) => c.tag)
  private val vector = new Lane(new VectorResolver, io.vector, (c: VectorCommand) => c.tag)
  private val store = new Lane(new StoreResolver, io.store, (c: StoreCommand) => c.tag)
  private val lanes = Seq(load, matrix, vector, store)

  load.sequencer.io.loaded := io.loaded
  Seq(matrix, vector, store).foreach(_.sequencer.io.loaded := 0.U.asTypeOf(chiselTypeOf(io.loaded)))
  issue.io.completeEmit := io.matrix.completeEmit
  private val matrixHead = matrix.fifo.io.head.bits.command
  issue.io.places.foreach(_ := true.B)
  issue.io.places(Isa.Matrix) := Mux(matrixHead.emit, io.matrix.canEmit, slotFree(matrixHead.slot))
  issue.io.progress := lanes.map(l => l.sequencer.io.retired.valid).reduce(_ || _) || io.loaded.valid

  io.running := running
  io.halted := issue.io.halted
  io.fault.valid := faulted
  io.fault.bits := Mux(faults.io.first.valid, faults.io.first.bits, program.bits)

  private def slotFree(slot: UInt): Bool =
    if (g.slots == 1) io.matrix.slotFree.head else io.matrix.slotFree(slot(log2Ceil(g.slots) - 1, 0))

  /** A queue: program memory, sequencer and FIFO between fetch and engine. */
  private final class Lane[C <: Bundle](resolver: CommandResolver[C], engine: EngineIO[C], tag: C => Tag)
      extends AffectsChiselPrefix {
    private val q = resolver.queue.ordinal
    val memory = Module(new ProgramMemory(g))
    val sequencer = Module(new Sequencer(resolver))
    val fifo = Module(new CommandFifo(new QueuedCommand(resolver.command)))
    private val head = fifo.io.head.bits

    memory.io.write := fetch.io.writes(q)
    memory.io.read <> sequencer.io.program
    sequencer.io.start := io.run
    sequencer.io.stop := stop
    sequencer.io.enable := active
    io.arguments(q) <> sequencer.io.argument
    sequencer.io.room := fifo.io.room
    fifo.io.clear := stop
    fifo.io.push := sequencer.io.push
    fifo.io.pop := issue.io.starts(q)

    issue.io.heads(q).valid := fifo.io.head.valid
    issue.io.heads(q).bits.sync := head.sync
    issue.io.heads(q).bits.halt := head.halt
    issue.io.heads(q).bits.drain := head.drain
    issue.io.heads(q).bits.waits := head.waits
    issue.io.heads(q).bits.tag := tag(head.command)
    issue.io.free(q) := engine.free
    issue.io.completions(q) := engine.complete
    engine.start := issue.io.starts(q) && !head.sync
    engine.command := head.command

    private val loop = Wire(Valid(new EngineFault))
    loop.valid := sequencer.io.fault.valid
    loop.bits := Issue.report(FaultCode.INSTRUCTION, sequencer.io.fault.bits, 0.U)
    private val ecc = Wire(Valid(new EngineFault))
    ecc.valid := io.ecc.valid && io.ecc.bits.queue === q.U
    ecc.bits.code := io.ecc.bits.code
    ecc.bits.pc := io.ecc.bits.pc
    ecc.bits.address := io.ecc.bits.address
    faults.io.faults(q) := VecInit(engine.fault, loop, issue.io.faults(q), ecc)

    io.stalls(q) := Cat(active && engine.blocked, issue.io.stalls(q))
    io.retired(q) := sequencer.io.retired
  }
}
