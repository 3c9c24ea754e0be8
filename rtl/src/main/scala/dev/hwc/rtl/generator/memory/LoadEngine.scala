package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** What a burst in flight remembers of its load command. */
final class Delivery extends Bundle {
  val tag = new Tag
  val kind = UInt(3.W)

  /** First and last burst of the command. */
  val first = Bool()
  val last = Bool()

  /** Unit or word. */
  val destination = UInt(16.W)
  val rows = UInt(12.W)
  val rowBytes = UInt(16.W)
  val blocks = UInt(12.W)
  val columns = UInt(8.W)
  val format = UInt(WeightFormat.Bits.W)
  val register = UInt(4.W)
}

/** Load queue's engine (timing T8, T10): a burst is issued in a, its physical address is formed and checked in a+1, and
  * it is on AR in a+2.
  */
final class LoadEngine(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val engine = new EngineIO(new LoadCommand)
    val abort = Input(Bool())
    val windows = Input(Vec(8, new WindowEntry))

    /** Beats of the burst issued in this cycle. */
    val readBeats = Valid(UInt((Axi4.LengthBits + 1).W))
    val place = Input(Bool())
    val reserved = Output(Bool())
    val request = Valid(new ReadRequest(new Delivery))

    /** The command whose last beat the scatter has written (T10). */
    val delivered = Flipped(Valid(new Tag))
    val busFault = Flipped(Valid(new EngineFault))

    /** A fault is known: nothing more may be written. */
    val stopped = Output(Bool())
  })
  private val engine = io.engine
  private val command = engine.command
  private val stopped = RegInit(false.B)
  private val held = Reg(new LoadCommand)
  private val window = Reg(new WindowEntry)
  when(engine.start) {
    held := command
    window := io.windows(command.window)
    when(command.physical) {
      window.base := 0.U
      window.limit := (BigInt(1) << Isa.AddressBits).U
      window.readable := true.B
    }
  }

  // Cycle a.
  private val walker = Module(new BurstWalker(g))
  walker.io.start := engine.start
  walker.io.rows.address := command.address
  walker.io.rows.stride := command.stride
  walker.io.rows.rows := command.rows
  walker.io.rows.rowBytes := command.rowBytes
  walker.io.abort := io.abort
  private val issue = walker.io.valid && io.place && !stopped
  walker.io.advance := issue
  engine.free := walker.io.idle && !stopped
  engine.busy := issue
  engine.blocked := walker.io.valid && !io.place && !stopped
  io.readBeats.valid := issue
  io.readBeats.bits := walker.io.burst.beats

  // Cycle a+1.
  private val issued = RegNext(issue && !io.abort, false.B)
  private val burst = RegEnable(walker.io.burst, issue)
  private val row = burst.rowAddress
  private val misaligned = MuxLookup(held.kind, row(log2Ceil(g.beatBytes) - 1, 0).orR)(
    Seq(LoadKind.Halves.U -> row(0), LoadKind.Register.U -> row(1, 0).orR)
  )
  private val checking = issued && !stopped && burst.firstOfRow
  private val rowFault =
    Faults.ofRow(checking, misaligned, row, held.rowBytes, window.limit, window.readable, held.tag.pc)
  io.reserved := issued
  io.request.valid := issued && !stopped && !rowFault.valid
  io.request.bits.address := window.base + burst.address
  io.request.bits.beatsMinusOne := burst.beatsMinusOne
  private val receiver = io.request.bits.receiver
  receiver.tag := held.tag
  receiver.kind := held.kind
  receiver.first := burst.first
  receiver.last := burst.last
  receiver.destination := held.destination(15, 0) // the range check sees the rest
  receiver.rows := held.rows
  receiver.rowBytes := held.rowBytes(15, 0)
  receiver.blocks := held.blocks
  receiver.columns := held.columns
  receiver.format := held.format
  receiver.register := held.register

  // A buffer fault of a command is known at s+2, after two register stages; one of its first row waits for it.
  private val bufferFault = LoadRange(g, held, RegNext(engine.start && !io.abort, false.B) && !stopped)
  private val rowFaultLater = Faults(
    RegNext(rowFault.valid && !io.abort, false.B),
    RegEnable(rowFault.bits.code, rowFault.valid),
    RegEnable(rowFault.bits.pc, rowFault.valid),
    RegEnable(rowFault.bits.address, rowFault.valid)
  )
  private val reported = RegInit(false.B)
  private val found = Faults.first(io.busFault, bufferFault, rowFaultLater)
  private val fault = found.valid && !reported && !io.abort
  reported := (reported || fault) && !io.abort
  stopped := (stopped || fault || rowFault.valid) && !io.abort
  engine.fault.valid := RegNext(fault, false.B)
  engine.fault.bits := RegEnable(found.bits, fault)
  io.stopped := stopped || bufferFault.valid

  engine.complete.valid := io.delivered.valid && !stopped
  engine.complete.bits := io.delivered.bits
}
