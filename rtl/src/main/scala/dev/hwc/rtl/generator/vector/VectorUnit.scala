package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._
import dev.hwc.rtl.generator.ecc.EccReport
import dev.hwc.rtl.generator.numerics._

/** The vector engine between issue and its buffers. Writes are always taken; at most one of the three happens in a
  * cycle.
  */
class VectorUnitIO(g: Geometry) extends Bundle {
  val engine = new EngineIO(new VectorCommand)

  /** In the next cycle be idle; memories keep their contents. */
  val abort = Input(Bool())
  val output = new ReadPort(g.outputWordBits, Vec(g.lanes, UInt(32.W)), g.wordCoding.codeWords(g.wordBits))
  val load = new ReadPort(g.loadWordBits, UInt(g.wordBits.W), g.halfCoding.codeWords(g.wordBits))
  val vector = new ReadPort(g.vectorWordBits, Vec(g.lanes, UInt(32.W)), g.wordCoding.codeWords(g.wordBits))
  val vectorWrite = new VectorWrite(g)
  val activation = new ActivationWrite(g)
  val store = new StoreWrite(g)

  /** `numericExceptions` of this cycle. */
  val exceptions = Output(UInt(log2Ceil(g.lanes + 1).W))
  val ecc = Output(new EccReport(OperandFetch.codeWords(g)))
}

/** The vector engine. Twins: `dev.hwc.sim.systolic.vector.VectorUnit` (data), `oracle.VectorEngine` (cycles, T15).
  *
  * {{{
  * walker → fetch → lanes ─────────────→ quantizer → writer
  *                    ├ key maximum ──────┘
  *                    └ row sums → factors → (lanes of the next pass)
  * }}}
  *
  * Everything after the walker is a pipeline without stalls; a tag goes with every word. What a pass leaves for the
  * next ones lies in small memories: exponent or maximum and factor of up to 255 rows, scale and inverse of 2048
  * groups.
  */
final class VectorUnit(g: Geometry) extends Module {
  val io = IO(new VectorUnitIO(g))

  private val walker = Module(new RowWalker(g))
  walker.io.engine <> io.engine
  walker.io.abort := io.abort
  private val context = walker.io.context
  private val decoded = new Decoded(context.command)
  private def in(pass: Int): Bool = context.pass === pass.U

  withReset(reset.asBool || walker.io.flush) {
    val lanes = g.lanes
    val operands = OperandFetch.Latency
    val treeLatency = Reduction.maximumLatency(lanes)

    val issued = Wire(Valid(new WordTag(g)))
    issued.valid := walker.io.step.valid && walker.io.step.bits.word
    issued.bits := walker.io.step.bits.tag
    val tags = new TagLine(g, issued, operands + LaneTiming.Deep + QuantizeCode.Latency, walker.io.passDone)
    def tagAt(afterOperands: Int): Valid[WordTag] = tags(operands + afterOperands)

    val fetch = Module(new OperandFetch(g))
    fetch.io.step := walker.io.step
    fetch.io.context := context
    io.output <> fetch.io.output
    io.vector <> fetch.io.vector
    io.load <> fetch.io.load
    io.ecc := fetch.io.ecc

    // Rows' results between passes: exponent or maximum; factor.
    val extremes = SyncReadMem(1 << VectorWidths.RowBits, UInt(32.W))
    val factors = SyncReadMem(1 << VectorWidths.RowBits, UInt(32.W))
    val extreme = extremes.read(tagAt(-1).bits.row)
    val factor = factors.read(Mux(decoded.norm, tagAt(-1).bits.row, tagAt(LaneTiming.LateA - 1).bits.row))

    // Lanes.
    val firstB = Wire(Vec(lanes, UInt(32.W)))
    val lateB = DelayLine(firstB, LaneTiming.LateB - 1)
    val almostLateA = DelayLine(fetch.io.a, LaneTiming.Sigmoid)
    val lateA = ShiftRegister(almostLateA, LaneTiming.LateA - LaneTiming.Sigmoid)
    val lane = Seq.tabulate(lanes) { i =>
      val lane = Module(new Lane(i % 2 == 1))
      lane.io.context := context
      lane.io.a := fetch.io.a(i)
      lane.io.b := fetch.io.b(i)
      lane.io.otherA := fetch.io.a(i ^ 1)
      lane.io.otherB := fetch.io.b(i ^ 1)
      lane.io.lateA := lateA(i)
      lane.io.lateB := lateB(i)
      lane.io.lateSign := almostLateA(i)(31)
      lane.io.factor := factor
      lane.io.maximum := extreme
      firstB(i) := lane.io.firstB
      lane
    }
    val values = VecInit(lane.map(_.io.value))
    def valueTag(more: Int): Valid[WordTag] =
      Mux(decoded.deep, tagAt(LaneTiming.Deep + more), tagAt(LaneTiming.Short + more))

    // Largest exponent, score or magnitude.
    def treeTag(more: Int): Valid[WordTag] = MuxCase(
      valueTag(more),
      Seq(in(Pass.Exponents) -> tagAt(more), in(Pass.Maximum) -> tagAt(LaneTiming.Scaled + more))
    )
    val keyMaximum = Module(new KeyMaximum(lanes))
    keyMaximum.io.keys := VecInit(lane.zip(treeTag(0).bits.mask).zipWithIndex.map { case ((l, live), i) =>
      val score = l.io.scaled
      val scored = live && !Fp32.fields(score).isNaN
      MuxCase(
        Mux(live, Magnitude(l.io.value), 0.U),
        Seq(
          in(Pass.Exponents) -> Mux(live, fetch.io.a(i)(30, 23), 0.U),
          in(Pass.Maximum) -> Mux(scored, KeyMaximum.of(score), KeyMaximum.lowest)
        )
      )
    })
    val treed = treeTag(treeLatency)
    keyMaximum.io.valid := treed.valid
    keyMaximum.io.first := Mux(in(Pass.Scales), treed.bits.firstOfGroup, treed.bits.firstOfRow)
    val reduced = RegNext(treed.bits)
    val rowReduced = RegNext(treed.valid && treed.bits.lastOfRow, false.B)
    val groupReduced = RegNext(treed.valid && treed.bits.lastOfGroup, false.B)
    val largest = keyMaximum.io.largest
    when(rowReduced && (in(Pass.Exponents) || in(Pass.Maximum))) {
      extremes.write(reduced.row, Mux(in(Pass.Exponents), largest, KeyMaximum.value(largest)))
    }
    val infiniteRow = rowReduced && in(Pass.Exponents) && largest(7, 0).andR

    // Sums and factors.
    val sums = Module(new RowSums(g))
    val summing = in(Pass.Squares) || in(Pass.Exponentials)
    val sumTag =
      Mux(decoded.norm, tagAt(SumTerm.SquareLatency), tagAt(LaneTiming.Exponential + ToFixed.Latency))
    sums.io.norm := decoded.norm
    sums.io.x := fetch.io.a
    sums.io.exponent := extreme(7, 0)
    sums.io.exponential := VecInit(lane.map(_.io.exponential))
    sums.io.tag.valid := sumTag.valid && summing
    sums.io.tag.bits := sumTag.bits
    val rowFactors = Module(new RowFactors)
    rowFactors.io.context := context
    rowFactors.io.sum := sums.io.sum
    rowFactors.io.row := sums.io.row
    rowFactors.io.exponent := ShiftRegister(extreme(7, 0), SumTerm.SquareLatency + RowSums.latency(lanes))
    when(rowFactors.io.factor.valid) { factors.write(rowFactors.io.factorRow, rowFactors.io.factor.bits) }
    val exponentialTag = tagAt(LaneTiming.Exponential)
    val strange = PopCount(lane.zip(exponentialTag.bits.mask).map { case (l, live) =>
      live && exponentialTag.valid && in(Pass.Exponentials) && l.io.exponentialNaN
    })

    // Quantization and destination.
    val quantizer = Module(new Quantizer(g))
    val writing = in(Pass.Write) && decoded.quantizes
    quantizer.io.half := decoded.storeInt8
    quantizer.io.largest := largest
    quantizer.io.group.valid := groupReduced && in(Pass.Scales)
    quantizer.io.group.bits := reduced
    quantizer.io.next := valueTag(-1).bits
    quantizer.io.values := values
    quantizer.io.tag.valid := valueTag(0).valid && writing
    quantizer.io.tag.bits := valueTag(0).bits

    val writer = Module(new DestinationWriter(g))
    writer.io.context := context
    writer.io.values := values
    writer.io.valueTag := valueTag(0)
    writer.io.codes := quantizer.io.codes
    writer.io.scale := quantizer.io.scale
    writer.io.codeTag := valueTag(QuantizeCode.Latency)
    writer.io.place := quantizer.io.place
    io.vectorWrite := writer.io.vector
    io.activation := writer.io.activation
    io.store := writer.io.store

    io.exceptions := quantizer.io.exceptions | strange | infiniteRow // each in its own pass

    // What a pass leaves stands in its memory before the next pass can ask for it (T15).
    def fits(what: String, cycles: Int, depth: Int): Unit =
      require(cycles <= depth, s"$what takes $cycles cycles with $lanes lanes; T15 allows $depth")
    val keyLatency = KeyMaximum.latency(lanes)
    fits("largest exponent", operands + keyLatency, Pass.ExponentsDepth)
    fits("largest score", operands + LaneTiming.Scaled + keyLatency, Pass.MaximumDepth)
    val sumLatency = RowSums.latency(lanes) + RowFactors.Latency
    fits("row factor", operands + LaneTiming.Exponential + ToFixed.Latency + sumLatency, Pass.SumDepth)
    fits("scale", operands + LaneTiming.Short + keyLatency + QuantizeScale.Latency + 1, Pass.ScalesDepth)
    fits("scale", operands + LaneTiming.Deep + keyLatency + QuantizeScale.Latency + 1, Pass.DeepScalesDepth)
    fits("write", operands + LaneTiming.Short + QuantizeCode.Latency + 1, Pass.WriteDepth)
    fits("write", operands + LaneTiming.Deep + QuantizeCode.Latency + 1, Pass.DeepWriteDepth)
  }
}

/** Magnitude of an element as quantization sees it: NaN is 0, infinity the largest finite value (N15). */
object Magnitude {
  def apply(x: UInt): UInt = {
    val fields = Fp32.fields(x)
    MuxCase(x(30, 0), Seq((fields.isNaN || fields.isZero) -> 0.U, fields.isInf -> "h7F7FFFFF".U(31.W)))
  }
}
