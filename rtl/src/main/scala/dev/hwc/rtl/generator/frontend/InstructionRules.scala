package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.{Opcode, Queue, VectorFunction, VectorMemory, VectorTarget}
import dev.hwc.ir.numerics.BlockMatrix.Format
import dev.hwc.rtl.generator.{Geometry, WeightFormat}

/** What one instruction alone can break of isa.md §6: I3, I4, I7, I9, I10 and I11, as circuits that are high when the
  * word of that opcode breaks a rule. Twin: `dev.hwc.ir.isa.InstructionRules`.
  */
final class InstructionRules(g: Geometry, fields: InstructionFields) {
  import InstructionRules._

  /** Rules without a product. */
  def breaks(opcode: Opcode): Bool =
    (unused(opcode) ++ tokens(opcode) ++ operands(opcode)).reduceOption(_ || _).getOrElse(false.B)

  /** Static extents that need a product (I9). */
  def products: Seq[Extent] = Seq(
    weights(Opcode.LOAD_ROWS, columns("rows", Opcode.LOAD_ROWS), field(Opcode.LOAD_ROWS, "rowBytes") >> 4),
    weights(
      Opcode.LOAD_TRANSPOSED,
      columns("rowBytes", Opcode.LOAD_TRANSPOSED),
      ceil(field(Opcode.LOAD_TRANSPOSED, "rows"), BlockElements) << 1
    ),
    Extent(
      Opcode.LOAD_LINEAR,
      field(Opcode.LOAD_LINEAR, "rd"),
      field(Opcode.LOAD_LINEAR, "rows"),
      field(Opcode.LOAD_LINEAR, "rowBytes"),
      g.spec.wordBytes,
      field(Opcode.LOAD_LINEAR, "dst"),
      g.spec.loadWords
    ),
    Extent(
      Opcode.EMIT,
      field(Opcode.EMIT, "rd"),
      field(Opcode.EMIT, "m") - 1.U,
      field(Opcode.EMIT, "stride"),
      1,
      field(Opcode.EMIT, "dst") +& ceil(field(Opcode.EMIT, "n"), g.lanes),
      g.spec.outputWords
    )
  )

  private def weights(opcode: Opcode, x: UInt, y: UInt) =
    Extent(opcode, field(opcode, "rd"), x, y, 1, field(opcode, "dst"), g.spec.weightUnits)

  private def columns(name: String, opcode: Opcode): UInt = ceil(field(opcode, name), g.columns)

  private def unused(opcode: Opcode): Seq[Bool] = {
    val allowed = (1 << opcode.flags.size) - 1
    fields.unused(opcode).map(_.orR).toSeq :+ fields.flags.asBools.zipWithIndex
      .map { case (flag, i) => flag && ((allowed >> i) & 1).U === 0.U }
      .reduce(_ || _)
  }

  private def tokens(opcode: Opcode): Seq[Bool] = opcode match {
    case o if !o.command => Seq(fields.hasTokens)
    case Opcode.LOAD_REGISTER => Seq(fields.signals(Queue.LOAD).orR)
    case Opcode.MATMUL => Seq((fields.signals(Queue.MATRIX) & (~Queue.LOAD.bit & 15).U).orR)
    case Opcode.EMIT =>
      Seq((fields.signals(Queue.MATRIX) | fields.waits(Queue.MATRIX))(Queue.LOAD.ordinal))
    case _ => Nil
  }

  private def operands(opcode: Opcode): Seq[Bool] = opcode match {
    case Opcode.SYNC | Opcode.HALT | Opcode.SET | Opcode.ARG | Opcode.ADD | Opcode.WRAP | Opcode.LOOP | Opcode.NEXT =>
      Nil
    case Opcode.LOAD_WEIGHTS => loadWeights(opcode)
    case Opcode.LOAD_ROWS =>
      load(opcode, "rows", "rowBytes") :+ odd(opcode, "rowBytes", BlockElements max g.beatBytes)
    case Opcode.LOAD_TRANSPOSED | Opcode.LOAD_LINEAR =>
      load(opcode, "rows", "rowBytes") :+ odd(opcode, "rowBytes", g.beatBytes)
    case Opcode.LOAD_SCALES =>
      (load(opcode, "blocks") ++ columns(opcode)) :+
        outside(opcode, "dst", "rd", (field(opcode, "blocks") << 1) - 1.U, g.spec.weightUnits)
    case Opcode.LOAD_HALVES =>
      Seq(
        zero(opcode, "rows"),
        odd(opcode, "off", HalfBytes),
        outside(opcode, "dst", "rd", ceil(field(opcode, "rows") << 1, g.spec.wordBytes), g.spec.loadWords)
      )
    case Opcode.LOAD_REGISTER => Seq(odd(opcode, "off", 4))
    case Opcode.MATMUL => matmul(opcode)
    case Opcode.EMIT => tile(opcode)
    case Opcode.VECTOR => vector(opcode)
    case Opcode.STORE =>
      val halfwords = g.spec.storeWords * g.spec.wordBytes / HalfBytes
      Seq(
        zero(opcode, "rows"),
        zero(opcode, "rowBytes"),
        odd(opcode, "off", HalfBytes),
        odd(opcode, "rowBytes", HalfBytes),
        outside(opcode, "src", "rs", field(opcode, "rowBytes") >> 1, halfwords)
      )
  }

  private def load(opcode: Opcode, counts: String*): Seq[Bool] =
    counts.map(zero(opcode, _)) :+ odd(opcode, "off", g.beatBytes)

  private def loadWeights(opcode: Opcode): Seq[Bool] = {
    val format = field(opcode, "format")
    val blocks = field(opcode, "blocks")
    val groups =
      Format.values.toSeq.map(f => format === f.ordinal.U && remainder(blocks, g.spec.weightGroup(f) / BlockElements))
    load(opcode, "blocks") ++ columns(opcode) ++ groups :+ unknown(opcode, "format", Format.values.length) :+
      outside(opcode, "dst", "rd", WeightFormat.units(format, blocks), g.spec.weightUnits)
  }

  private def columns(opcode: Opcode): Seq[Bool] =
    Seq(field(opcode, "columns") > g.columns.U, odd(opcode, "columns", g.beatBytes / 2))

  /** Whether an address of the activation buffer with r0 ends outside: rows up to half the array reach two banks. */
  private def outsideActivations(opcode: Opcode, address: String, register: String, extent: UInt, rows: UInt): Bool = {
    val wide = outside(opcode, address, register, extent, g.activationBlocks)
    val narrow = outside(opcode, address, register, extent, 2 * g.activationBlocks)
    Mux(rows > (g.rows / 2).U, wide, narrow)
  }

  private def matmul(opcode: Opcode): Seq[Bool] = {
    val static = field(opcode, "rb") === 0.U
    val format = field(opcode, "format")
    // With a register the number of blocks is known at run time only: the first one must fit.
    val blocks = Mux(static, field(opcode, "blocks"), 1.U)
    tile(opcode) ++ Seq(
      static && blocks === 0.U,
      unknown(opcode, "format", Format.values.length),
      outsideActivations(opcode, "a", "ra", blocks, field(opcode, "m")),
      outside(opcode, "w", "rw", WeightFormat.units(format, blocks), g.spec.weightUnits)
    )
  }

  private def tile(opcode: Opcode): Seq[Bool] = Seq(
    zero(opcode, "m"),
    field(opcode, "m") > g.rows.U,
    zero(opcode, "n"),
    field(opcode, "n") > g.columns.U,
    field(opcode, "slot") >= g.slots.U
  )

  private def vector(opcode: Opcode): Seq[Bool] = {
    val function = field(opcode, "fn")
    val kind = field(opcode, "kind")
    val rowScale = fields.flags(0)
    val grow = fields.flags(1)
    def function_(any: VectorFunction*): Bool = any.map(function === _.ordinal.U).reduce(_ || _)
    def kind_(target: VectorTarget): Bool = kind === target.ordinal.U
    def memory(name: String, memory: VectorMemory): Bool = field(opcode, name) === memory.ordinal.U
    val softmax = function_(VectorFunction.SOFTMAX)
    val dequant = function_(VectorFunction.DEQUANT)
    val twoConstants = function_(VectorFunction.NORM) || softmax || (kind_(VectorTarget.STORE_INT8) && !rowScale)
    Seq(
      unknown(opcode, "fn", VectorFunction.values.length),
      unknown(opcode, "amem", VectorMemory.values.length),
      unknown(opcode, "bmem", VectorMemory.values.length),
      unknown(opcode, "format", Format.values.length),
      zero(opcode, "rows"),
      zero(opcode, "rn"),
      twoConstants && field(opcode, "rk").andR,
      function_(VectorFunction.SILUMUL, VectorFunction.NORM) && kind_(VectorTarget.STORE_INT8),
      softmax && !kind_(VectorTarget.ACTIVATION_A8),
      dequant && !kind_(VectorTarget.VECTOR_FP32),
      dequant && !memory("amem", VectorMemory.LOAD),
      (dequant || softmax) && !memory("bmem", VectorMemory.LOAD),
      rowScale && !kind_(VectorTarget.STORE_INT8),
      grow && !softmax,
      !dequant && field(opcode, "format") =/= Format.I8.ordinal.U,
      dequant && Format.values.toSeq.filterNot(_.inTables).map(field(opcode, "format") === _.ordinal.U).reduce(_ || _)
    ) ++ VectorMemory.values.toSeq.flatMap(m =>
      Seq(
        memory("amem", m) && outside(opcode, "a", "ra", 1.U, words(m)),
        memory("bmem", m) && readsB(function) && outside(opcode, "b", "rb", 1.U, words(m))
      )
    ) ++ VectorTarget.values.toSeq.map(t => kind_(t) && outsideTarget(opcode, t))
  }

  private def readsB(function: UInt): Bool =
    VectorFunction.values.toSeq.filter(_.readsB).map(function === _.ordinal.U).reduce(_ || _)

  private def words(memory: VectorMemory): Int = memory match {
    case VectorMemory.OUTPUT => g.spec.outputWords
    case VectorMemory.VECTOR => g.spec.vectorWords
    case VectorMemory.LOAD => g.spec.loadWords
  }

  private def outsideTarget(opcode: Opcode, target: VectorTarget): Bool = {
    def beyond(size: Int) = outside(opcode, "d", "rd", 1.U, size)
    target match {
      case VectorTarget.VECTOR_FP32 => beyond(g.spec.vectorWords)
      case VectorTarget.STORE_FP32 => beyond(g.spec.storeWords)
      case VectorTarget.ACTIVATION_A8 => outsideActivations(opcode, "d", "rd", 1.U, field(opcode, "rows"))
      case VectorTarget.STORE_INT8 => beyond(g.spec.storeWords * (g.spec.wordBytes / g.lanes))
    }
  }

  private def field(opcode: Opcode, name: String): UInt = fields.field(opcode, name)

  private def zero(opcode: Opcode, name: String): Bool = field(opcode, name) === 0.U

  private def odd(opcode: Opcode, name: String, unit: Int): Bool = remainder(field(opcode, name), unit)

  private def unknown(opcode: Opcode, name: String, values: Int): Bool =
    if (BigInt(values) >> field(opcode, name).getWidth == 1) false.B else field(opcode, name) >= values.U

  private def outside(opcode: Opcode, address: String, register: String, extent: UInt, size: Int): Bool =
    field(opcode, register) === 0.U && (field(opcode, address) +& extent) > size.U
}

object InstructionRules {

  /** Elements of a block. */
  val BlockElements = 32

  /** Bytes of a halfword. */
  val HalfBytes = 2

  /** An extent x·y / unit, rounded up, behind `offset`, which must end within `size` if `register` is r0. */
  case class Extent(opcode: Opcode, register: UInt, x: UInt, y: UInt, unit: Int, offset: UInt, size: Int)

  /** Whether a value is no multiple of a power of two. */
  def remainder(value: UInt, unit: Int): Bool = if (unit == 1) false.B else value(log2Ceil(unit) - 1, 0).orR

  /** Quotient by a power of two, rounded up. */
  def ceil(value: UInt, unit: Int): UInt = (value +& (unit - 1).U) >> log2Ceil(unit)
}
