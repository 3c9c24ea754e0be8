package dev.hwc.rtl.generator.frontend

import chisel3._
import dev.hwc.ir.isa.{Opcode, Queue}
import dev.hwc.rtl.generator.{MatrixCommand, Tag}

/** Commands of the matrix queue (isa.md §5). */
final class MatrixResolver extends CommandResolver[MatrixCommand](Queue.MATRIX) {
  override def command = new MatrixCommand

  override def resolve(word: InstructionFields, tag: Tag, register: UInt => UInt): MatrixCommand = {
    def matmul(name: String) = word.field(Opcode.MATMUL, name)
    def emit(name: String) = word.field(Opcode.EMIT, name)
    def both(name: String) = word.select(Opcode.MATMUL -> name, Opcode.EMIT -> name)
    val c = Wire(new MatrixCommand)
    c.tag := tag
    c.emit := word.is(Opcode.EMIT)
    c.activation := sum(matmul("a"), register(matmul("ra")))
    c.weight := sum(matmul("w"), register(matmul("rw")))
    c.blocks := sum(matmul("blocks"), register(matmul("rb")))
    c.format := matmul("format")
    c.unitScale := word.flags(Opcode.MATMUL.flags.indexOf("unit"))
    c.destination := sum(emit("dst"), register(emit("rd")))
    c.stride := emit("stride")
    c.m := both("m")
    c.n := both("n")
    c.slot := both("slot")
    c
  }
}
