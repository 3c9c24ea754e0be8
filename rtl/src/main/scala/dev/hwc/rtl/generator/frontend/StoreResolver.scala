package dev.hwc.rtl.generator.frontend

import chisel3._
import dev.hwc.ir.isa.{Opcode, Queue}
import dev.hwc.rtl.generator.{StoreCommand, Tag}

/** Commands of the store queue (isa.md §4). */
final class StoreResolver extends CommandResolver[StoreCommand](Queue.STORE) {
  override def command = new StoreCommand

  override def resolve(word: InstructionFields, tag: Tag, register: UInt => UInt): StoreCommand = {
    def field(name: String) = word.field(Opcode.STORE, name)
    val c = Wire(new StoreCommand)
    c.tag := tag
    c.window := field("window")
    c.address := sum(field("off"), register(field("ra")))
    c.stride := register(field("rdstride"))
    c.rows := field("rows")
    c.rowBytes := field("rowBytes")
    c.source := sum(field("src"), register(field("rs")))
    c.sourceStride := register(field("rsstride"))
    c
  }
}
