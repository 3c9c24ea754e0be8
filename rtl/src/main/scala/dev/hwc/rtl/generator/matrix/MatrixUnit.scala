package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.ecc.EccReport
import dev.hwc.rtl.generator.{ActivationWrite, Geometry, MatrixEngineIO, ReadPort, WeightRead}

/** The matrix engine: matmul and emit (isa.md §5, timing.md §5, numerics.md N16 to N21), with activation buffer,
  * accumulators and output buffer.
  *
  * Cycles of row i, column j for an element fed at f: f+1 addresses, f+2 weight unit, f+3+i activation word, f+3+j
  * weight code, f+4+i+j operands, +5 product, +6 sum, +8 sum of the row selected, +10 scaled, +12 aligned, +13
  * saturated, +14 accumulated; emission of row i: +15 accumulator addressed, +17 read, +20 fp32, +21 written.
  */
final class MatrixUnit(g: Geometry) extends Module {
  private val sizes = new MatrixSizes(g)
  val io = IO(new Bundle {
    val engine = new MatrixEngineIO(g)
    val weightRead = new WeightRead(g)
    val activationWrite = Flipped(new ActivationWrite(g))
    val outputRead =
      Flipped(new ReadPort(g.outputWordBits, Vec(g.lanes, UInt(32.W)), g.wordCoding.codeWords(g.wordBits)))
    val abort = Input(Bool())

    /** Some cycle from a job's doorbell on, before its first command. */
    val begin = Input(Bool())
    val weightEcc = Output(new EccReport(WeightFeed.codeWords(g)))

    /** Of gated elements. */
    val macs = Option.when(g.gated)(Output(new MacCounts(sizes)))
    val activationEcc = Output(new EccReport(ActivationBuffer.codeWords(g, sizes)))
  })
  private val feeder = Module(new Feeder(g, sizes))
  private val weights = Module(new WeightFeed(g, sizes))
  private val activations = Module(new ActivationBuffer(g, sizes))
  private val array = Module(new SystolicArray(g))
  private val codeSums = Module(new CodeSums(g))
  private val rows = Module(new RowStream(g, sizes))
  private val used = Module(new UsedRows(g, sizes))
  private val lanes = Module(new LaneArray(sizes))
  private val emissions = Module(new EmissionControl(g, sizes))
  private val output = Module(new OutputBuffer(g, sizes))
  private val check = Module(new AddressCheck(g, sizes))

  // After a fault nothing goes on until the front end aborts.
  private val faulted = RegInit(false.B)
  faulted := !io.abort && (faulted || check.io.fault.valid)
  private val stop = io.abort || faulted || check.io.fault.valid
  Seq(feeder.io.stop, rows.io.stop, lanes.io.stop, emissions.io.stop, output.io.stop).foreach(_ := stop)
  check.io.stop := io.abort

  // Issue
  private val command = io.engine.command
  feeder.io.start := io.engine.start && !command.emit
  feeder.io.command := command
  emissions.io.start := io.engine.start && command.emit
  emissions.io.command := command
  emissions.io.begin := io.begin
  emissions.io.feeding := feeder.io.busy
  emissions.io.feedSlot := feeder.io.busySlot
  check.io.start := io.engine.start
  check.io.command := command

  // Element (m−1, n−1) of the last feed cycle f is counted in f + m + n + 14 (T19).
  private val m = Mux(io.engine.start, command.m, feeder.io.step.m)
  private val n = Mux(io.engine.start, command.n, feeder.io.step.n)
  private val drain = m +& n +& MatrixUnit.CountCycles.U
  private val left = RegInit(0.U.asTypeOf(drain))
  private val less = left - left.orR
  left := Mux(stop, 0.U, Mux(feeder.io.busy && drain > less, drain, less))
  io.engine.drained := left === 0.U

  // Operands
  private val step = feeder.io.step
  weights.io.step := step
  weights.io.unit := feeder.io.weightUnit
  weights.io.read <> io.weightRead
  activations.io.write <> io.activationWrite
  activations.io.block := RegNext(step.block)
  activations.io.element := RegNext(step.element)
  activations.io.m := RegNext(Mux(step.valid, step.m, 0.U))
  activations.io.pc := RegNext(step.pc)
  io.weightEcc := weights.io.ecc
  io.activationEcc := activations.io.ecc
  array.io.activations := activations.io.codes
  array.io.weights := weights.io.codes
  for (to <- array.io.kinds; from <- weights.io.kinds) { to := from }
  for (to <- io.macs; from <- weights.io.macs) { to := from }
  array.io.first := ShiftRegister(step.first, 2)
  codeSums.io.codes := activations.io.codes
  codeSums.io.first := ShiftRegister(step.first, 2)

  // Sums to accumulators
  rows.io.step := step
  rows.io.before := used.io.before
  used.io.add := rows.io.add
  used.io.slot := rows.io.slot
  used.io.m := rows.io.m
  activations.io.scaleBlock := rows.io.scaleBlock
  activations.io.scaleRow := rows.io.scaleRow
  activations.io.scaleUsed := rows.io.scaleUsed
  activations.io.scalePc := rows.io.scalePc
  rows.io.scales := activations.io.scales
  lanes.io.sums := array.io.sums
  lanes.io.scales := weights.io.scales
  lanes.io.codes := codeSums.io.sums
  lanes.io.row := rows.io.row

  // Accumulators to the output buffer
  private val read = emissions.io.read
  used.io.emitSlot := read.bits.slot
  used.io.emitRow := read.bits.row
  used.io.clear := read.valid && read.bits.last
  lanes.io.emit := read.bits
  lanes.io.emitUsed := used.io.emitUsed
  output.io.write := emissions.io.write
  output.io.row := lanes.io.emitted
  output.io.read <> io.outputRead

  io.engine.free := feeder.io.free
  io.engine.complete := feeder.io.complete
  io.engine.completeEmit := emissions.io.complete
  io.engine.slotFree := emissions.io.slotFree
  io.engine.canEmit := emissions.io.canEmit
  io.engine.fault := check.io.fault
  io.engine.busy := feeder.io.busy
  io.engine.blocked := false.B
  io.engine.saturated := lanes.io.saturated
}

object MatrixUnit {

  /** Cycles from the feed of row 0 and column 0 to their counted term, and one for m and n each. */
  val CountCycles = 14
}
