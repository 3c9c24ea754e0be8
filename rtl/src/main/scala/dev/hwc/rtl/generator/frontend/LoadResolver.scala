package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.{Opcode, Queue}
import dev.hwc.ir.numerics.BlockMatrix.Format
import dev.hwc.rtl.generator.{Geometry, LoadCommand, LoadKind, Tag}

/** Commands of the load queue (isa.md §4). */
final class LoadResolver(g: Geometry) extends CommandResolver[LoadCommand](Queue.LOAD) {
  private val kinds = Seq(
    Opcode.LOAD_WEIGHTS -> LoadKind.Weights,
    Opcode.LOAD_ROWS -> LoadKind.Rows,
    Opcode.LOAD_TRANSPOSED -> LoadKind.Transposed,
    Opcode.LOAD_SCALES -> LoadKind.Scales,
    Opcode.LOAD_LINEAR -> LoadKind.Linear,
    Opcode.LOAD_HALVES -> LoadKind.Halves,
    Opcode.LOAD_REGISTER -> LoadKind.Register
  )
  private val scaleBytes = 2
  private val registerBytes = 4

  override def command = new LoadCommand

  override def resolve(word: InstructionFields, tag: Tag, register: UInt => UInt): LoadCommand = {
    val all = kinds.map(_._1)
    def common(name: String) = word.shared(name, all: _*)
    def target(name: String) = word.shared(name, all.filterNot(_ == Opcode.LOAD_REGISTER): _*)
    val weights = word.is(Opcode.LOAD_WEIGHTS)
    val format = word.field(Opcode.LOAD_WEIGHTS, "format")
    val blocks = word.field(Opcode.LOAD_WEIGHTS, "blocks")
    val c = Wire(new LoadCommand)
    c.tag := tag
    c.kind := Mux1H(kinds.map { case (opcode, kind) => word.is(opcode) -> kind.U(3.W) })
    c.window := common("window")
    c.physical := false.B
    c.address := sum(common("off"), register(common("ra")))
    c.stride := Mux(weights || word.is(Opcode.LOAD_REGISTER), 0.U, register(stride(word)))
    c.rows := Mux(weights || word.is(Opcode.LOAD_REGISTER), 1.U, rows(word))
    c.columns := columns(word)
    c.rowBytes := rowBytes(word, c.columns)
    c.blocks := blocks
    c.format := Mux(weights, format, Format.I8.ordinal.U)
    c.destination := sum(target("dst"), register(target("rd")))
    c.register := word.field(Opcode.LOAD_REGISTER, "rd")
    c
  }

  private def stride(word: InstructionFields) = word.select(
    Opcode.LOAD_ROWS -> "rstride",
    Opcode.LOAD_LINEAR -> "rstride",
    Opcode.LOAD_SCALES -> "rstride",
    Opcode.LOAD_HALVES -> "rstride"
  )

  private def rows(word: InstructionFields) = word.select(
    Opcode.LOAD_ROWS -> "rows",
    Opcode.LOAD_SCALES -> "blocks",
    Opcode.LOAD_LINEAR -> "rows",
    Opcode.LOAD_HALVES -> "rows"
  )

  /** Columns of a record; all where the field is 0 or missing. */
  private def columns(word: InstructionFields): UInt = {
    val narrow = word.is(Opcode.LOAD_WEIGHTS, Opcode.LOAD_SCALES)
    val field = word.select(Opcode.LOAD_WEIGHTS -> "columns", Opcode.LOAD_SCALES -> "columns")
    Mux(narrow && field =/= 0.U, field, g.columns.U)
  }

  private def rowBytes(word: InstructionFields, columns: UInt): UInt = {
    val blocks = word.field(Opcode.LOAD_WEIGHTS, "blocks")
    val format = word.field(Opcode.LOAD_WEIGHTS, "format")
    MuxCase(
      word.field(Opcode.LOAD_ROWS, "rowBytes"),
      Format.values.toSeq.map { f =>
        (word.is(Opcode.LOAD_WEIGHTS) && format === f.ordinal.U) -> blocks * columns * f.blockBytes.U
      } ++ Seq(
        word.is(Opcode.LOAD_LINEAR) -> word.field(Opcode.LOAD_LINEAR, "rowBytes"),
        word.is(Opcode.LOAD_SCALES) -> columns * scaleBytes.U,
        word.is(Opcode.LOAD_HALVES) -> InstructionRules.HalfBytes.U,
        word.is(Opcode.LOAD_REGISTER) -> registerBytes.U
      )
    )
  }
}
