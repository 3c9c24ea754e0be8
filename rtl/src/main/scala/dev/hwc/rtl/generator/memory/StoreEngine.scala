package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._
import dev.hwc.rtl.generator.ecc.{EccBuffer, EccRead, EccReport}

/** The completion record: 16 bytes to a physical address, a multiple of 64. */
final class RecordStart extends Bundle {
  val start = Bool()
  val address = UInt(Isa.AddressBits.W)
  val data = UInt(128.W)
}

/** Store queue's engine (timing T16, T17): a beat is sent in w (the store buffer's address), aligned and checked in
  * w+1, and on W in w+2.
  */
final class StoreEngine(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val engine = new EngineIO(new StoreCommand)
    val abort = Input(Bool())
    val windows = Input(Vec(8, new WindowEntry))

    /** As the start of a command, while the engine is free. */
    val record = Input(new RecordStart)

    /** The record is answered; as `complete`. */
    val recordComplete = Output(Bool())

    /** Beats of the burst whose last beat is sent in this cycle. */
    val writeBeats = Valid(UInt((Axi4.LengthBits + 1).W))
    val buffer = new StoreRead(g)
    val room = Input(Bool())
    val place = Input(Bool())
    val reservedBeat = Output(Bool())
    val reservedBurst = Output(Bool())
    val beat = Valid(new WriteBeat(g))
    val answer = Flipped(Valid(new WriteBurst))
    val busFault = Flipped(Valid(new EngineFault))
    val ecc = Output(new EccReport(g.halfCoding.codeWords(g.beatBits)))
  })
  private val offsetBits = log2Ceil(g.beatBytes)
  private val halfwordBits = log2Ceil(g.wordBits / 16)
  private val sourceBits = g.storeWordBits + halfwordBits
  private val storeBytes = BigInt(g.spec.storeWords) * g.wordBits / 8

  private val engine = io.engine
  private val stopped = RegInit(false.B)
  private val record = RegInit(false.B)
  private val recordData = Reg(UInt(128.W))
  private val held = Reg(new StoreCommand)
  private val window = Reg(new WindowEntry)
  private val start = engine.start || io.record.start
  when(start) {
    record := io.record.start
    recordData := io.record.data
    held := engine.command
    window := io.windows(engine.command.window)
    when(io.record.start) {
      window.base := 0.U
      held.rowBytes := StoreEngine.RecordBytes.U
      held.tag.pc := 0.U
      held.tag.signals := 0.U
    }
  }

  private val walker = Module(new BurstWalker(g))
  private val rows = walker.io.rows
  rows.address := Mux(io.record.start, io.record.address, engine.command.address)
  rows.stride := engine.command.stride
  rows.rows := Mux(io.record.start, 1.U, engine.command.rows)
  rows.rowBytes := Mux(io.record.start, StoreEngine.RecordBytes.U, engine.command.rowBytes)
  walker.io.start := start
  walker.io.abort := io.abort

  // Cycle w.
  private val burst = walker.io.burst
  private val beatIndex = RegInit(0.U(Axi4.LengthBits.W))
  private val firstBeat = beatIndex === 0.U
  private val lastBeat = beatIndex === burst.beatsMinusOne
  private val canSend = io.room && (!firstBeat || io.place) && !stopped
  private val send = walker.io.valid && canSend
  walker.io.advance := send && lastBeat
  when(send) { beatIndex := Mux(lastBeat, 0.U, beatIndex + 1.U) }

  private val heldRowSource = Reg(UInt(Isa.AddressBits.W))
  private val heldSource = Reg(UInt(sourceBits.W))
  private val rowSource = Mux(start, engine.command.source, heldRowSource)
  private val firstOfRow = burst.firstOfRow && firstBeat
  private val lastOfRow = burst.lastOfRow && lastBeat
  private val source =
    Mux(firstOfRow, rowSource(sourceBits - 1, 0) - (burst.rowAddress(offsetBits - 1, 0) >> 1), heldSource)
  private val sourceStride = Mux(start, engine.command.sourceStride, held.sourceStride)
  heldRowSource := Mux(send && lastOfRow, rowSource + sourceStride, rowSource)
  heldSource := Mux(send, source + (g.beatBytes / 2).U, source)
  io.buffer.enable := send
  io.buffer.word := source >> halfwordBits

  engine.free := walker.io.idle && !stopped
  engine.busy := send
  engine.blocked := walker.io.valid && !canSend && !stopped
  io.writeBeats.valid := send && lastBeat
  io.writeBeats.bits := burst.beats

  // Cycle w+1.
  private class Sent extends Bundle {
    val burst = new Burst
    val firstBeat = Bool()
    val lastBeat = Bool()
    val firstOfRow = Bool()
    val lastOfRow = Bool()
    val beatIndex = UInt(Axi4.LengthBits.W)
    val source = UInt(sourceBits.W)
    val rowSource = UInt(Isa.AddressBits.W)
  }
  private val sentValid = RegNext(send && !io.abort, false.B)
  private val now = Wire(new Sent)
  now.burst := burst
  now.firstBeat := firstBeat
  now.lastBeat := lastBeat
  now.firstOfRow := firstOfRow
  now.lastOfRow := lastOfRow
  now.beatIndex := beatIndex
  now.source := source
  now.rowSource := rowSource
  private val sent = RegEnable(now, send)

  private val checking = sentValid && !stopped && sent.firstOfRow && !record
  private val row = sent.burst.rowAddress
  private val rowFault =
    Faults.ofRow(checking, row(0), row, held.rowBytes, window.limit, window.writable, held.tag.pc)
  private val sourceByte = Cat(sent.rowSource, 0.U(1.W))
  private val bufferFault = Faults(
    checking && (sourceByte +& held.rowBytes) > storeBytes.U,
    Faults.Buffer,
    held.tag.pc,
    sourceByte(Isa.AddressBits - 1, 0)
  )
  private val (aligned, checks) = g.halfCoding.decode(beatFrom(sent.source(halfwordBits - 1, 0)))
  private val recordBeats = VecInit(
    Seq.tabulate(1 max StoreEngine.RecordBytes / g.beatBytes)(i =>
      (recordData >> (i * g.beatBits)).pad(g.beatBits)(g.beatBits - 1, 0)
    )
  )
  private val recordIndexBits = log2Ceil(recordBeats.length)
  private val recordBeat =
    if (recordIndexBits == 0) recordBeats(0) else recordBeats(sent.beatIndex(recordIndexBits - 1, 0))
  private val firstLane = row(offsetBits - 1, 0)
  private val lastLane = (row + held.rowBytes - 1.U)(offsetBits - 1, 0)
  private val strobes = VecInit(Seq.tabulate(g.beatBytes) { lane =>
    !(sent.firstOfRow && lane.U < firstLane) && !(sent.lastOfRow && lane.U > lastLane)
  })
  io.reservedBeat := sentValid
  io.reservedBurst := sentValid && sent.firstBeat
  io.beat.valid := sentValid && !stopped && !rowFault.valid && !bufferFault.valid
  io.beat.bits.data := Mux(record, recordBeat, aligned)
  io.beat.bits.strobes := strobes.asUInt
  io.beat.bits.first := sent.firstBeat
  io.beat.bits.last := sent.lastBeat
  io.beat.bits.burst.address := window.base + sent.burst.address
  io.beat.bits.burst.beatsMinusOne := sent.burst.beatsMinusOne
  io.beat.bits.burst.tag := held.tag
  io.beat.bits.burst.lastOfCommand := sent.burst.last
  io.beat.bits.burst.record := record

  private val used = VecInit(strobes.grouped(2).map(_.head).toSeq).asUInt // all is even
  private val read = Fill(g.beatBytes / 2, sentValid && !stopped && !record) & used
  io.ecc := EccReport(
    EccRead(
      EccBuffer.Store,
      checks.only(read),
      held.tag.pc,
      sent.source,
      (from, half) => {
        val place = (from + half)(sourceBits - 1, 0)
        (place(halfwordBits - 1, 0), place >> halfwordBits)
      }
    )
  )

  // Answers and faults.
  private val done = io.answer.valid && io.answer.bits.lastOfCommand && !stopped
  engine.complete.valid := done && !io.answer.bits.record
  engine.complete.bits := io.answer.bits.tag
  io.recordComplete := done && io.answer.bits.record
  private val found = Faults.first(io.busFault, rowFault, bufferFault)
  private val fault = found.valid && !stopped && !io.abort
  stopped := (stopped || fault) && !io.abort
  engine.fault.valid := RegNext(fault, false.B)
  engine.fault.bits := RegEnable(found.bits, fault)
  when(io.abort || stopped) { beatIndex := 0.U }

  /** The beat that begins at this halfword of the two words read, as stored. */
  private def beatFrom(halfword: UInt): UInt = {
    val bits = g.halfCoding.storedBits
    val halves = Seq.tabulate(io.buffer.data.getWidth / bits)(i => io.buffer.data(bits * (i + 1) - 1, bits * i))
    val shifted = (halfwordBits - 1 to 0 by -1).foldLeft(halves) { (from, bit) =>
      from.zip(from.drop(1 << bit)).map { case (near, far) => Mux(halfword(bit), far, near) }
    }
    VecInit(shifted.take(g.beatBytes / 2)).asUInt
  }
}

object StoreEngine {

  /** Bytes of a completion record (isa.md §8). */
  val RecordBytes = 16
}
