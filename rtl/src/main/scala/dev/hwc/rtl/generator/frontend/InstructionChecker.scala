package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.{Opcode, Queue, Word}
import dev.hwc.rtl.generator.{Geometry, Isa}

/** Whether a word breaks one of I1 to I4, I7, I9, I10 and I11 in a queue's program, one cycle later. One multiplier
  * serves the four opcodes whose extent is a product.
  */
final class InstructionChecker(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val word = Input(UInt(Word.BITS.W))
    val queue = Input(UInt(log2Ceil(Isa.Queues).W))
    val broken = Output(Bool())
  })
  private val fields = new InstructionFields(io.word)
  private val rules = new InstructionRules(g, fields)

  private def belongs(opcode: Opcode): Bool =
    if (opcode.queue == null) fields.queue === io.queue
    else fields.queue === io.queue && io.queue === opcode.queue.ordinal.U

  private val legal =
    Opcode.values.toSeq.map(o => fields.is(o) && belongs(o) && !rules.breaks(o)).reduce(_ || _)
  private val broken = RegNext(!legal || fields.crc =/= InstructionFields.crc(io.word))

  private val products = rules.products
  private val chosen = products.map(p => fields.is(p.opcode))
  private val product = RegNext(Mux1H(chosen, products.map(_.x)) * Mux1H(chosen, products.map(_.y)))
  private val offset = RegNext(Mux1H(chosen, products.map(_.offset)))
  private val outside = for ((extent, is) <- products.zip(chosen)) yield {
    val static = RegNext(is && extent.register === 0.U)
    static && (offset +& InstructionRules.ceil(product, extent.unit)) > extent.size.U
  }
  io.broken := broken || outside.reduce(_ || _)
}

/** An instruction by its place. */
class ProgramPlace extends Bundle {
  val queue = UInt(log2Ceil(Isa.Queues).W)
  val pc = UInt(Isa.PcBits.W)
}
