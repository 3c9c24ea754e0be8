package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._
import dev.hwc.rtl.generator.ecc.EccReport

/** What the rest of the accelerator sees of the memory side. */
final class MemorySideIO(g: Geometry) extends Bundle {
  val load = new EngineIO(new LoadCommand)
  val store = new EngineIO(new StoreCommand)

  /** Starts like a store command, while the store engine is free (T19). */
  val record = Input(new RecordStart)

  /** In the cycle after the record's answer. */
  val recordComplete = Output(Bool())
  val windows = Input(Vec(8, new WindowEntry))

  /** After any fault, of this side or of another: in the next cycle the engines are idle; what is on the bus is
    * drained.
    */
  val abort = Input(Bool())

  /** Cycles without an answer after which a burst counts as lost, and after which draining ends in isolation; 0: never.
    */
  val timeoutCycles = Input(UInt(Recovery.TimeoutBits.W))

  /** Nothing is in flight. From the cycle after `abort` on; then the record can be written and the next job can start.
    */
  val drained = Output(Bool())

  /** Whether the port was isolated since reset. */
  val isolated = Output(Bool())
  val axi = new Axi4Port(g)
  val weights = Flipped(new WeightRead(g))
  val loadRead = Flipped(new ReadPort(g.loadWordBits, UInt(g.wordBits.W), g.halfCoding.codeWords(g.wordBits)))
  val storeWrite = Flipped(new StoreWrite(g))

  /** In the completion cycle of a load.register. */
  val registerWrite = Valid(new RegisterWrite)

  /** `last`: the last beat of its command. */
  val fetchBeat = Valid(new FetchBeat(g))

  /** Beats of the burst issued in this cycle; of the burst whose last beat is sent in this cycle. */
  val readBeats = Valid(UInt((Axi4.LengthBits + 1).W))
  val writeBeats = Valid(UInt((Axi4.LengthBits + 1).W))

  /** Of the store buffer. */
  val ecc = Output(new EccReport(g.halfCoding.codeWords(g.beatBits)))
}

/** Engines, port and buffers between the command queues and the memory, wired. */
final class MemorySide(g: Geometry) extends Module {
  val io = IO(new MemorySideIO(g))
  private val port = Module(new MemoryPort(g))
  private val load = Module(new LoadEngine(g))
  private val scatter = Module(new Scatter(g))
  private val store = Module(new StoreEngine(g))
  private val weightBuffer = Module(new WeightBuffer(g))
  private val loadBuffer = Module(new LoadBuffer(g))
  private val storeBuffer = Module(new StoreBuffer(g))

  io.axi <> port.io.axi
  port.io.abort := io.abort
  port.io.timeoutCycles := io.timeoutCycles
  io.drained := port.io.drained
  io.isolated := port.io.isolated

  io.load <> load.io.engine
  load.io.abort := io.abort
  load.io.windows := io.windows
  load.io.place := port.io.readPlace
  port.io.readReserved := load.io.reserved
  port.io.request := load.io.request
  load.io.busFault := port.io.readFault
  load.io.delivered := scatter.io.delivered
  io.readBeats := load.io.readBeats

  scatter.io.abort := io.abort
  scatter.io.stopped := load.io.stopped
  scatter.io.beat := port.io.readBeat
  weightBuffer.io.write := scatter.io.weights
  loadBuffer.io.write := scatter.io.loads
  io.registerWrite := scatter.io.registerWrite
  io.fetchBeat := scatter.io.fetchBeat

  io.store <> store.io.engine
  store.io.abort := io.abort
  store.io.windows := io.windows
  store.io.record := io.record
  io.recordComplete := store.io.recordComplete
  io.writeBeats := store.io.writeBeats
  store.io.room := port.io.writeRoom
  store.io.place := port.io.writePlace
  port.io.reservedBeat := store.io.reservedBeat
  port.io.reservedBurst := store.io.reservedBurst
  port.io.writeBeat := store.io.beat
  store.io.answer := port.io.answer
  store.io.busFault := port.io.writeFault

  io.ecc := store.io.ecc
  store.io.buffer <> storeBuffer.io.read
  storeBuffer.io.write <> io.storeWrite
  weightBuffer.io.read <> io.weights
  loadBuffer.io.read <> io.loadRead
}
