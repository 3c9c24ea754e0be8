package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.FaultCode
import dev.hwc.rtl.generator.{EngineIO, Geometry, Isa, Low, VectorCommand}

/** Where a row lies. */
class RowState(g: Geometry) extends Bundle {
  val row = UInt(VectorWidths.RowBits.W)
  val n = UInt(VectorWidths.LengthBits.W)
  val a = UInt(Isa.AddressBits.W)
  val b = UInt(Isa.AddressBits.W)
  val d = UInt(Isa.AddressBits.W)
  val bank = UInt(log2Ceil(g.rows).W)

  /** Halfword of the row's first scale (kind 3). */
  val scales = UInt(Isa.AddressBits.W)
}

/** Walks a command: batches, passes, rows, words (timing.md T15); one [[Step]] per cycle.
  *
  * A pass issues its words and then waits until its depth is over, so that nothing of it is in flight when the next one
  * begins. A batch takes rows while their count times the longest row's blocks is at most 2048; that product grows by
  * one addition per row, there is no division.
  */
final class RowWalker(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val engine = new EngineIO(new VectorCommand)
    val abort = Input(Bool())
    val context = Output(new Context)
    val step = Valid(new Step(g))

    /** Drop what is in flight. */
    val flush = Output(Bool())

    /** Last cycle of a pass. */
    val passDone = Output(Bool())
  })
  private val laneBits = log2Ceil(g.lanes)
  private val blockWordBits = log2Ceil(g.wordsPerBlock)

  private object State extends ChiselEnum {
    val idle, issue, drain, stopped = Value
  }
  private val state = RegInit(State.idle)
  private val command = Reg(new VectorCommand)
  private val pass = Reg(UInt(Pass.Width.W))
  private val decoded = new Decoded(command)

  private def in(passes: Int*): Bool = passes.map(p => pass === p.U).reduce(_ || _)
  private val writing = in(Pass.Write)

  // Rows: where the batch begins, and where the pass is.
  private val first = Reg(new RowState(g))
  private val current = Reg(new RowState(g))
  private val longest = Reg(UInt((Isa.AddressBits + 1).W))
  private val batchRow = Reg(UInt(VectorWidths.RowBits.W))
  private val batchBlocks = Reg(UInt((VectorWidths.GroupBits + 1).W)) // of the rows before the current one
  private val group = Reg(UInt(VectorWidths.GroupBits.W))
  private val place = Reg(UInt(Isa.AddressBits.W)) // of the group's scale
  private val rowBlocks = (longest(VectorWidths.LengthBits - 1, 0) +& 31.U) >> 5
  private val lastRow =
    current.row +& 1.U === command.rows || batchBlocks +& (rowBlocks << 1) > VectorWidths.BatchBlocks.U

  // Words of the row, and with the zeros behind it.
  private val elementBits = (g.activationBlockBits + 6).max(VectorWidths.LengthBits) + 1
  private def roundUp(n: UInt, unitBits: Int): UInt =
    ((n +& ((1 << unitBits) - 1).U) >> unitBits) << (unitBits - laneBits)
  private val words = roundUp(current.n, laneBits)
  private val filled =
    Mux(decoded.softmax && command.k1 > current.n, command.k1, current.n)(elementBits - 1, 0)
  private val total = MuxCase(
    words,
    Seq(
      (writing && decoded.activation) -> roundUp(filled, log2Ceil(g.spec.activationFill)),
      (writing && decoded.storeInt8) -> roundUp(current.n, 5)
    )
  )
  private val k = Reg(UInt((elementBits - laneBits + 1).W))
  private val own = k < words
  private val lastOwn = k +& 1.U === words
  private val lastWord = k +& 1.U === total

  // A word takes two cycles if both operands come through one port.
  private val twice = in(Pass.Scales, Pass.Write) && decoded.samePort && own
  private val second = Reg(Bool())
  private val wordDone = !twice || second
  private val issuing = state === State.issue
  private val rowDone = issuing && wordDone && lastWord
  private val passIssued = rowDone && lastRow

  private val blockWord = if (blockWordBits == 0) 0.U(1.W) else k(blockWordBits - 1, 0)
  private val firstOfBlock = blockWord === 0.U
  private val lastOfBlock = blockWord === (g.wordsPerBlock - 1).U
  private val lastOfGroup = own && (lastOwn || (lastOfBlock && !command.rowScale))

  // Steps.
  private val chunkBitsA = Mux(decoded.nibbles, 3.U, 2.U)
  private val block = k >> blockWordBits
  private val offsetA = Mux(decoded.dequant, k >> chunkBitsA, k)
  private val offsetB = MuxCase(
    k,
    Seq(decoded.softmax -> (k >> 1), decoded.dequant -> (block >> VectorWidths.halfBits(g)))
  )
  private val usesB = in(Pass.Scales, Pass.Write) && decoded.readsB
  private val step = io.step.bits
  private val tag = step.tag
  io.step.valid := issuing
  step.readA := own && !(twice && second)
  step.readB := own && usesB && (!twice || second)
  step.addressA := Low(current.a + offsetA, VectorWidths.operandBits(g))
  step.addressB := Low(current.b + offsetB, VectorWidths.operandBits(g))
  step.chunkA := Mux(decoded.nibbles, k(2, 0), k(1, 0))
  step.chunkB := Mux(decoded.softmax, k(0), block(VectorWidths.halfBits(g) - 1, 0))
  step.word := wordDone
  tag.count := Mux(
    own,
    Mux(lastOwn && current.n(laneBits - 1, 0).orR, current.n(laneBits - 1, 0), g.lanes.U),
    0.U
  )
  tag.firstOfRow := k === 0.U
  tag.lastOfRow := lastOwn
  tag.firstOfGroup := Mux(command.rowScale, k === 0.U, firstOfBlock)
  tag.lastOfGroup := lastOfGroup
  tag.firstOfBlock := firstOfBlock
  tag.row := batchRow
  tag.group := group
  private val written = Mux(decoded.activation, current.d << blockWordBits, current.d) + k
  tag.target := Low(Mux(in(Pass.Scales), place, written), VectorWidths.targetBits(g))
  tag.bank := current.bank

  // The row after the current one.
  private val next = Wire(new RowState(g))
  private val lastBank = current.bank === (g.rows - 1).U
  next.row := current.row + 1.U
  next.n := current.n + command.grow
  next.a := current.a + command.strideA
  next.b := current.b + command.strideB
  next.d := Mux(decoded.activation && !lastBank, current.d, current.d + command.strideD)
  next.bank := current.bank + 1.U // a power of two
  next.scales := current.scales + 1.U

  private def firstPass(d: Decoded): UInt =
    MuxCase(
      Pass.Write.U,
      Seq(d.norm -> Pass.Exponents.U, d.softmax -> Pass.Maximum.U, d.quantizes -> Pass.Scales.U)
    )
  private val nextPass = MuxLookup(pass, Pass.Write.U)(
    Seq(
      Pass.Exponents.U -> Pass.Squares.U,
      Pass.Maximum.U -> Pass.Exponentials.U,
      Pass.Squares.U -> Mux(decoded.quantizes, Pass.Scales.U, Pass.Write.U),
      Pass.Exponentials.U -> Mux(decoded.quantizes, Pass.Scales.U, Pass.Write.U)
    )
  )
  private val depth = MuxLookup(pass, Mux(decoded.deep, Pass.DeepWriteDepth.U, Pass.WriteDepth.U))(
    Seq(
      Pass.Exponents.U -> Pass.ExponentsDepth.U,
      Pass.Maximum.U -> Pass.MaximumDepth.U,
      Pass.Squares.U -> Pass.SumDepth.U,
      Pass.Exponentials.U -> Pass.SumDepth.U,
      Pass.Scales.U -> Mux(decoded.deep, Pass.DeepScalesDepth.U, Pass.ScalesDepth.U)
    )
  )
  private val left = Reg(UInt(Pass.DepthBits.W))
  private val passDone = state === State.drain && left === 1.U
  private val batchDone = passDone && writing
  private val done = batchDone && current.row === command.rows

  /** The first pass of this batch begins at `row`, or another one there again. */
  private def beginPass(row: RowState): Unit = {
    state := State.issue
    current := row
    k := 0.U
    second := false.B
    batchRow := 0.U
    batchBlocks := 0.U
    group := 0.U
    place := row.scales
  }

  private val start = Wire(new RowState(g))
  start.row := 0.U
  start.n := Low(io.engine.command.n, VectorWidths.LengthBits)
  start.a := io.engine.command.a
  start.b := io.engine.command.b
  start.d := io.engine.command.d
  start.bank := 0.U
  start.scales := io.engine.command.k0

  when(issuing) {
    when(twice) { second := !second }
    when(wordDone) {
      k := Mux(lastWord, 0.U, k + 1.U)
      when(lastOfGroup) {
        group := group + 1.U
        place := place + command.k1
      }
    }
    when(rowDone) {
      current := next
      batchRow := batchRow + 1.U
      batchBlocks := Low(batchBlocks + rowBlocks, batchBlocks.getWidth)
      place := next.scales
    }
    when(passIssued) {
      state := State.drain
      left := depth
    }
  }
  when(state === State.drain) { left := left - 1.U }
  when(passDone) {
    pass := Mux(writing, firstPass(decoded), nextPass)
    when(writing) { first := current }
    beginPass(Mux(writing, current, first))
  }
  when(done) { state := State.idle }
  private val fresh = RegInit(false.B) // the cycle after the start
  fresh := io.engine.start
  when(io.engine.start) {
    command := io.engine.command
    longest := io.engine.command.n +& Mux(io.engine.command.grow, io.engine.command.rows - 1.U, 0.U)
    pass := firstPass(new Decoded(io.engine.command))
    first := start
    beginPass(start)
  }

  // Faults: n when the command starts, addresses when their row begins the first pass of its batch.
  private val check = withReset(reset.asBool || io.flush) { Module(new RowCheck(g)) }
  private val firstOfBatch = pass === firstPass(decoded)
  check.io.command := command
  check.io.request.valid := issuing && !second
  check.io.request.bits.row := firstOfBatch && k === 0.U
  check.io.request.bits.scale := in(Pass.Scales) && decoded.storeInt8 && own && tag.firstOfGroup
  check.io.request.bits.a := current.a
  check.io.request.bits.b := current.b
  check.io.request.bits.d := current.d
  check.io.request.bits.place := place
  check.io.request.bits.n := current.n
  private val badLength =
    command.n === 0.U || longest > VectorWidths.MaxElements.U || (decoded.rope && command.n(0))
  private val lengthFault = RegNext(fresh && badLength, false.B)

  private val faulted = (check.io.fault.valid || lengthFault) && state =/= State.stopped
  when(faulted) { state := State.stopped }
  when(io.abort) {
    state := State.idle
    fresh := false.B
  }

  io.engine.free := state === State.idle
  io.engine.complete.valid := RegNext(done && !faulted && !io.abort, false.B)
  io.engine.complete.bits := command.tag
  io.engine.fault.valid := faulted
  io.engine.fault.bits := check.io.fault.bits
  when(lengthFault) {
    io.engine.fault.bits.code := FaultCode.INSTRUCTION.number.U
    io.engine.fault.bits.address := command.n
  }
  io.engine.busy := io.engine.start || issuing || state === State.drain
  io.engine.blocked := false.B
  io.context.command := command
  io.context.pass := pass
  io.flush := faulted || io.abort
  io.passDone := passDone
}
