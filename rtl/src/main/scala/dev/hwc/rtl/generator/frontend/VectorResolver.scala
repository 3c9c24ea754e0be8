package dev.hwc.rtl.generator.frontend

import chisel3._
import dev.hwc.ir.isa.{Opcode, Queue, VectorFunction}
import dev.hwc.rtl.generator.{Tag, VectorCommand}

/** Commands of the vector queue (isa.md §5). */
final class VectorResolver extends CommandResolver[VectorCommand](Queue.VECTOR) {
  override def command = new VectorCommand

  override def resolve(word: InstructionFields, tag: Tag, register: UInt => UInt): VectorCommand = {
    def field(name: String) = word.field(Opcode.VECTOR, name)
    def flag(name: String) = word.flags(Opcode.VECTOR.flags.indexOf(name))
    val c = Wire(new VectorCommand)
    c.tag := tag
    c.function := field("fn")
    c.memoryA := field("amem")
    c.a := sum(field("a"), register(field("ra")))
    c.strideA := register(field("ras"))
    c.memoryB := field("bmem")
    c.b := sum(field("b"), register(field("rb")))
    c.strideB := Mux(field("fn") === VectorFunction.SOFTMAX.ordinal.U, 0.U, register(field("rbs")))
    c.kind := field("kind")
    c.d := sum(field("d"), register(field("rd")))
    c.strideD := register(field("rds"))
    c.rows := field("rows")
    c.n := register(field("rn"))
    c.k0 := register(field("rk"))
    c.k1 := register(field("rk") + 1.U)
    c.format := field("format")
    c.rowScale := flag("row")
    c.grow := flag("grow")
    c
  }
}
