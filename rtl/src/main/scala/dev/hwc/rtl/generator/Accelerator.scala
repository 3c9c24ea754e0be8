package dev.hwc.rtl.generator

import chisel3._
import chisel3.util._
import dev.hwc.ir.device.Register
import dev.hwc.ir.hw.HardwareSpec
import dev.hwc.rtl.generator.control._
import dev.hwc.rtl.generator.ecc.EccMonitor
import dev.hwc.rtl.generator.frontend.FrontEnd
import dev.hwc.rtl.generator.matrix.MatrixUnit
import dev.hwc.rtl.generator.memory.{Axi4, Axi4Port, MemorySide}
import dev.hwc.rtl.generator.vector.{VectorBuffer, VectorUnit}

/** The AXI4 master port by the names of the standard, as tools for FPGAs expect them. */
final class AxiMaster(g: Geometry) extends Bundle {
  val awid = Output(UInt(Axi4.IdBits.W))
  val awaddr = Output(UInt(Isa.AddressBits.W))
  val awlen = Output(UInt(8.W))
  val awsize = Output(UInt(3.W))
  val awburst = Output(UInt(2.W))
  val awprot = Output(UInt(3.W))
  val awcache = Output(UInt(4.W))
  val awvalid = Output(Bool())
  val awready = Input(Bool())
  val wdata = Output(UInt(g.beatBits.W))
  val wstrb = Output(UInt(g.beatBytes.W))
  val wlast = Output(Bool())
  val wvalid = Output(Bool())
  val wready = Input(Bool())
  val bid = Input(UInt(Axi4.IdBits.W))
  val bresp = Input(UInt(2.W))
  val bvalid = Input(Bool())
  val bready = Output(Bool())
  val arid = Output(UInt(Axi4.IdBits.W))
  val araddr = Output(UInt(Isa.AddressBits.W))
  val arlen = Output(UInt(8.W))
  val arsize = Output(UInt(3.W))
  val arburst = Output(UInt(2.W))
  val arprot = Output(UInt(3.W))
  val arcache = Output(UInt(4.W))
  val arvalid = Output(Bool())
  val arready = Input(Bool())
  val rid = Input(UInt(Axi4.IdBits.W))
  val rdata = Input(UInt(g.beatBits.W))
  val rresp = Input(UInt(2.W))
  val rlast = Input(Bool())
  val rvalid = Input(Bool())
  val rready = Output(Bool())

  /** Joins this port to the five channels. */
  def connect(port: Axi4Port): Unit = {
    awid := port.aw.bits.id
    awaddr := port.aw.bits.addr
    awlen := port.aw.bits.len
    awsize := port.aw.bits.size
    awburst := port.aw.bits.burst
    awprot := port.aw.bits.prot
    awcache := port.aw.bits.cache
    awvalid := port.aw.valid
    port.aw.ready := awready
    wdata := port.w.bits.data
    wstrb := port.w.bits.strb
    wlast := port.w.bits.last
    wvalid := port.w.valid
    port.w.ready := wready
    port.b.bits.id := bid
    port.b.bits.resp := bresp
    port.b.valid := bvalid
    bready := port.b.ready
    arid := port.ar.bits.id
    araddr := port.ar.bits.addr
    arlen := port.ar.bits.len
    arsize := port.ar.bits.size
    arburst := port.ar.bits.burst
    arprot := port.ar.bits.prot
    arcache := port.ar.bits.cache
    arvalid := port.ar.valid
    port.ar.ready := arready
    port.r.bits.id := rid
    port.r.bits.data := rdata
    port.r.bits.resp := rresp
    port.r.bits.last := rlast
    port.r.valid := rvalid
    rready := port.r.ready
  }
}

/** The whole accelerator: registers and job controller, front end, four engines, memory port.
  *
  * {{{
  * s_axi ─ registers ─ job controller ─ front end ─┬─ matrix ── output buffer ┐
  *                          │                      ├─ vector ◄────────────────┘
  *                          └── load, store ◄──────┘    │ activation, store buffers
  *                                  │ weight, load buffers
  *                                m_axi
  * }}}
  */
final class Accelerator(spec: HardwareSpec) extends Module {
  private val g = new Geometry(spec)
  val s_axi = IO(Flipped(new AxiLite(log2Ceil(Register.SPACE_BYTES))))
  val m_axi = IO(new AxiMaster(g))
  val irq = IO(Output(Bool()))

  private val registers = Module(new ControlRegisters(g))
  private val counters = Module(new Counters(g))
  private val job = Module(new JobController(g))
  private val frontEnd = Module(new FrontEnd(g))
  private val memory = Module(new MemorySide(g))
  private val matrix = Module(new MatrixUnit(g))
  private val vector = Module(new VectorUnit(g))
  private val vectorBuffer = Module(new VectorBuffer(g))

  // Host
  registers.io.bus <> s_axi
  irq := registers.io.interrupt
  job.io.control := registers.io.control
  registers.io.status := job.io.status
  registers.io.copying := counters.io.copying
  registers.io.counter := counters.io.value
  counters.io.index := registers.io.counterIndex
  counters.io.snapshot := registers.io.snapshot
  counters.io.clear := job.io.clear

  // Jobs: the load engine fetches and the store engine writes the record for the controller.
  private val load = memory.io.load
  job.io.fetchFree := load.free
  job.io.beat := memory.io.fetchBeat
  job.io.recordFree := memory.io.store.free
  job.io.recordDone := memory.io.recordComplete
  job.io.halted := frontEnd.io.halted && matrix.io.engine.drained
  job.io.fault := frontEnd.io.fault.bits
  when(!frontEnd.io.fault.valid) { job.io.fault.code := 0.U }
  job.io.drained := memory.io.drained
  job.io.isolated := memory.io.isolated
  frontEnd.io.clear := job.io.clear || job.io.forget
  frontEnd.io.abort := job.io.abort
  frontEnd.io.stream <> job.io.stream
  frontEnd.io.run := job.io.run
  for (queue <- 0 until Isa.Queues) {
    job.io.argumentIndex(queue) := frontEnd.io.arguments(queue).index
    frontEnd.io.arguments(queue).value := job.io.argument(queue)
  }

  // Engines
  frontEnd.io.load <> load
  load.start := frontEnd.io.load.start || job.io.fetch.valid
  load.command := Mux(job.io.fetch.valid, job.io.fetch.bits, frontEnd.io.load.command)
  frontEnd.io.loaded.valid := memory.io.registerWrite.valid
  frontEnd.io.loaded.bits := memory.io.registerWrite.bits.value
  frontEnd.io.store <> memory.io.store
  memory.io.record.start := job.io.record.valid
  memory.io.record.address := job.io.record.bits.address
  memory.io.record.data := job.io.record.bits.data
  memory.io.windows := job.io.windows
  memory.io.abort := job.io.abort
  memory.io.timeoutCycles := registers.io.control.busTimeout
  m_axi.connect(memory.io.axi)

  frontEnd.io.matrix <> matrix.io.engine
  matrix.io.abort := job.io.abort
  matrix.io.begin := job.io.clear
  matrix.io.weightRead <> memory.io.weights
  matrix.io.activationWrite <> vector.io.activation
  matrix.io.outputRead <> vector.io.output

  frontEnd.io.vector <> vector.io.engine
  vector.io.abort := job.io.abort
  vector.io.load <> memory.io.loadRead
  vectorBuffer.io.read <> vector.io.vector
  vectorBuffer.io.write <> vector.io.vectorWrite
  memory.io.storeWrite <> vector.io.store

  // Counters (timing.md §9): engines count while the programs run, the port always.
  private val running = frontEnd.io.running && !frontEnd.io.halted
  private val busy = Cat(memory.io.store.busy, vector.io.engine.busy, matrix.io.engine.busy, load.busy)
  private val events = counters.io.events
  events.busy := Mux(running, busy, 0.U)
  events.stall := frontEnd.io.stalls
  events.beatsRead := Mux(memory.io.readBeats.valid, memory.io.readBeats.bits, 0.U)
  events.beatsWritten := Mux(memory.io.writeBeats.valid, memory.io.writeBeats.bits, 0.U)
  events.saturated := matrix.io.engine.saturated
  events.exceptions := vector.io.exceptions
  for (to <- events.macs; from <- matrix.io.macs) { to := from }
  private val retired = VecInit(frontEnd.io.retired.map(_.valid)).asUInt
  events.retired := retired
  registers.io.retired := retired

  // Scratchpad words with wrong bits (isa.md §7).
  if (g.secded) {
    val ecc = Module(new EccMonitor(EccMonitor.mostRead(g)))
    val reports = Seq(matrix.io.weightEcc, matrix.io.activationEcc, vector.io.ecc, memory.io.ecc)
    ecc.io.corrected := VecInit(reports.map(_.corrected.pad(ecc.io.corrected.head.getWidth)))
    ecc.io.failed := VecInit(reports.map(_.failed))
    ecc.io.abort := job.io.abort
    ecc.io.begin := job.io.clear
    frontEnd.io.ecc := ecc.io.fault
    events.corrected := ecc.io.count
  } else {
    frontEnd.io.ecc := 0.U.asTypeOf(frontEnd.io.ecc)
    events.corrected := 0.U.asTypeOf(events.corrected)
  }
}
