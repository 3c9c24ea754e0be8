package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** A 32-bit word for a register of the load queue. */
final class RegisterWrite extends Bundle {
  val index = UInt(4.W)
  val value = UInt(32.W)
}

/** Puts the beats of load commands where they belong (isa.md §4). A beat that was on the bus in cycle b comes in b+1;
  * writes leave through a register and are given to the buffers in b+2, so a reader that the command's token releases
  * (b+3 at the earliest) sees them; the command completes in b+2. Fetched beats leave in b+1.
  */
final class Scatter(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val abort = Input(Bool())
    val stopped = Input(Bool())
    val beat = Flipped(Valid(new ArrivedBeat(g, new Delivery)))
    val weights = Valid(new WeightWrite(g))
    val loads = Valid(new LoadWrite(g))
    val registerWrite = Valid(new RegisterWrite)
    val fetchBeat = Valid(new FetchBeat(g))
    val delivered = Valid(new Tag)
  })
  private val beatBytes = g.beatBytes
  private val unitBytes = 16
  private val beat = io.beat.bits
  private val delivery = beat.receiver
  private val valid = io.beat.valid && !io.stopped && !io.abort
  private val firstBeat = beat.firstOfBurst && delivery.first
  private val lastBeat = beat.lastOfBurst && delivery.last
  private def is(kind: Int): Bool = delivery.kind === kind.U

  /** Groups of B columns (a byte each) and of B/2 columns (a scale each). */
  private val byteGroups = g.columns / beatBytes
  private val scaleGroups = 2 * byteGroups

  // ---- Weight buffer. Where the next beat goes; reset by the first beat of a command.
  private class Place extends Bundle {

    /** In the scales of load.weights. */
    val inScales = Bool()

    /** The scales of a block have come, its offsets come. */
    val inOffsets = Bool()
    val scaleUnit = UInt(g.weightUnitBits.W)
    val scaleGroup = UInt(log2Ceil(scaleGroups).W)
    val scalesLeft = UInt(12.W)

    /** Unit and byte of the codes, and where the row or record piece began. */
    val unit = UInt(g.weightUnitBits.W)
    val byte = UInt(4.W)
    val baseUnit = UInt(g.weightUnitBits.W)

    /** Column (codes to one bank), and beats left of its piece minus one. */
    val column = UInt(log2Ceil(g.columns).W)
    val beatsLeft = UInt(16.W)

    /** Group of B columns (transposed). */
    val byteGroup = UInt(log2Ceil(byteGroups max 2).W)
    val row = UInt(12.W)
  }
  private val held = Reg(new Place)
  private val eightBit = WeightFormat.ofBits(delivery.format, 8)
  private val pieceBeats = Mux(eightBit, ((32 max beatBytes) / beatBytes).U, ((unitBytes max beatBytes) / beatBytes).U)
  private val rowBeats = delivery.rowBytes >> log2Ceil(beatBytes)
  private val beatsOfPiece = Mux(is(LoadKind.Weights), pieceBeats, rowBeats)
  private val begin = Wire(new Place)
  begin := 0.U.asTypeOf(new Place)
  begin.inScales := is(LoadKind.Weights)
  begin.scaleUnit := delivery.destination(g.weightUnitBits - 1, 0)
  begin.scalesLeft := WeightFormat.scales(delivery.format, delivery.blocks) - 1.U
  begin.unit := delivery.destination(g.weightUnitBits - 1, 0)
  begin.baseUnit := delivery.destination(g.weightUnitBits - 1, 0)
  begin.beatsLeft := beatsOfPiece - 1.U
  private val place = Mux(firstBeat, begin, held)
  private val next = WireDefault(place)

  private val toScales = is(LoadKind.Scales) || (is(LoadKind.Weights) && place.inScales)
  private val lastGroup = place.scaleGroup === (delivery.columns >> log2Ceil(beatBytes / 2)) - 1.U
  private val unitStep = Mux(is(LoadKind.Scales) || eightBit, 2.U, 1.U)
  private val offsetsFollow = is(LoadKind.Weights) && WeightFormat.hasOffsets(delivery.format) && !place.inOffsets
  private val endOfPiece = place.beatsLeft === 0.U
  private val lastColumn = place.column === delivery.columns - 1.U
  // The byte after this beat, within a bank: units of 16, and whole units per beat if a beat is longer.
  private val after = Cat(place.unit, place.byte) + beatBytes.U
  private val afterUnit = after(g.weightUnitBits + 3, 4)
  private val afterByte = after(3, 0)
  private val columnUnits = ((delivery.rows +& 31.U) >> 5) << 1

  when(toScales) {
    next.scaleGroup := Mux(lastGroup, 0.U, place.scaleGroup + 1.U)
    when(lastGroup && offsetsFollow) {
      next.inOffsets := true.B
    }.elsewhen(lastGroup) {
      next.inOffsets := false.B
      next.scaleUnit := place.scaleUnit + unitStep
      next.scalesLeft := place.scalesLeft - 1.U
      next.inScales := place.scalesLeft =/= 0.U
    }
  }.elsewhen(is(LoadKind.Transposed)) {
    val lastByteGroup = place.byteGroup === (byteGroups - 1).U
    next.byteGroup := Mux(lastByteGroup, 0.U, place.byteGroup + 1.U)
    when(lastByteGroup) { next.unit := (place.unit + columnUnits)(g.weightUnitBits - 1, 0) }
    next.beatsLeft := place.beatsLeft - 1.U
    when(endOfPiece) {
      val row = place.row + 1.U
      next.row := row
      next.byteGroup := 0.U
      next.beatsLeft := rowBeats - 1.U
      next.byte := row(3, 0)
      next.baseUnit := place.baseUnit + (row(3, 0) === 0.U)
      next.unit := place.baseUnit + (row(3, 0) === 0.U)
    }
  }.otherwise { // a piece for one column, then a piece of the same place for the next
    next.unit := afterUnit
    next.byte := afterByte
    next.beatsLeft := place.beatsLeft - 1.U
    when(endOfPiece) {
      next.beatsLeft := beatsOfPiece - 1.U
      next.column := Mux(lastColumn, 0.U, place.column + 1.U)
      when(lastColumn) { next.baseUnit := afterUnit }.otherwise {
        next.unit := place.baseUnit
        next.byte := 0.U
      }
    }
  }
  when(valid) { held := next }

  private def groupMask(group: UInt, groups: Int): UInt =
    if (groups == 1) Fill(g.columns, 1.U(1.W))
    else FillInterleaved(g.columns / groups, UIntToOH(group, groups))

  private val toCodes = (is(LoadKind.Weights) && !place.inScales) || is(LoadKind.Rows) || is(LoadKind.Transposed)
  private val weights = Wire(new WeightWrite(g))
  weights.codes := toCodes
  weights.unit := Mux(toScales, place.scaleUnit, place.unit)
  weights.byte := place.byte
  weights.banks := Mux(
    is(LoadKind.Transposed),
    groupMask(place.byteGroup, byteGroups),
    UIntToOH(place.column, g.columns)
  )
  weights.spread := is(LoadKind.Transposed)
  weights.scales := toScales && !place.inOffsets
  weights.offsets := toScales && place.inOffsets
  weights.scaleColumns := groupMask(place.scaleGroup, scaleGroups)
  weights.data := beat.data
  io.weights.valid := RegNext(valid && (toCodes || toScales), false.B)
  io.weights.bits := RegEnable(weights, valid)

  // ---- Load buffer: halfwords from the destination word on.
  private val halfwordBits = log2Ceil(g.wordBits / 16)
  private val halves = is(LoadKind.Halves)
  private val heldHalfword = Reg(UInt((g.loadWordBits + halfwordBits).W))
  private val halfword = Mux(
    firstBeat,
    Cat(delivery.destination(g.loadWordBits - 1, 0), 0.U(halfwordBits.W)),
    heldHalfword
  )
  when(valid) { heldHalfword := halfword + Mux(halves, 1.U, (beatBytes / 2).U) }
  private val inBeat = beat.address(log2Ceil(beatBytes) - 1, 0)
  private val loads = Wire(new LoadWrite(g))
  loads.word := halfword >> halfwordBits
  loads.halfword := halfword(halfwordBits - 1, 0)
  loads.single := halves
  loads.data := Mux(halves, (beat.data >> Cat(inBeat >> 1, 0.U(4.W)))(15, 0), beat.data)
  io.loads.valid := RegNext(valid && (halves || is(LoadKind.Linear)), false.B)
  io.loads.bits := RegEnable(loads, valid)

  // ---- The rest.
  private val word = Wire(new RegisterWrite)
  word.index := delivery.register
  word.value := (beat.data >> Cat((inBeat >> 2).pad(1), 0.U(5.W)))(31, 0)
  io.registerWrite.valid := RegNext(valid && is(LoadKind.Register), false.B)
  io.registerWrite.bits := RegEnable(word, valid)
  io.fetchBeat.valid := valid && is(LoadKind.Fetch)
  io.fetchBeat.bits.data := beat.data
  io.fetchBeat.bits.last := lastBeat
  io.delivered.valid := RegNext(valid && lastBeat, false.B)
  io.delivered.bits := RegEnable(delivery.tag, valid)
}
