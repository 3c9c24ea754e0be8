package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util.MuxCase
import dev.hwc.ir.isa.{Opcode, Queue, Word}
import dev.hwc.rtl.generator.Isa
import scala.jdk.CollectionConverters._

/** The fields of an instruction word (isa.md §2). Every offset comes from [[Opcode]] and [[Word]]. */
final class InstructionFields(word: UInt) {
  val opcode: UInt = slice(Word.OPCODE, Word.OPCODE_BITS)
  val queue: UInt = slice(Word.QUEUE, Word.QUEUE_BITS)
  val flags: UInt = slice(Word.FLAGS, Word.FLAG_BITS)
  val crc: UInt = slice(Word.CRC, Word.CRC_BITS)

  /** Whether the opcode field is that of this opcode. */
  def is(opcode: Opcode*): Bool = opcode.map(o => this.opcode === o.code.U).reduce(_ || _)

  /** An operand of an opcode by its name. */
  def field(opcode: Opcode, name: String): UInt = {
    val (offset, width) = InstructionFields.place(opcode, name)
    slice(offset, width)
  }

  /** The value of an operand whose place depends on the opcode; that of the first where the opcode is another. */
  def select(first: (Opcode, String), others: (Opcode, String)*): UInt =
    MuxCase(
      field(first._1, first._2),
      others.map { case (opcode, name) => is(opcode) -> field(opcode, name) }
    )

  /** An operand that stands at the same place in all these opcodes. */
  def shared(name: String, opcodes: Opcode*): UInt = {
    val places = opcodes.map(InstructionFields.place(_, name)).distinct
    require(places.size == 1, s"field $name is not at the same place in ${opcodes.map(_.text).mkString(", ")}")
    slice(places.head._1, places.head._2)
  }

  /** Operand bits that the opcode does not use, if there are any. */
  def unused(opcode: Opcode): Option[UInt] = {
    val used = opcode.fields.asScala.map(_.width).sum
    Option.when(used < Opcode.OPERAND_BITS)(slice(used, Opcode.OPERAND_BITS - used))
  }

  /** Queues it waits for, one bit per queue; the instruction's queue has no bit in the word. */
  def waits(own: Queue): UInt = mask(Word.WAITS, own)

  /** Queues it signals. */
  def signals(own: Queue): UInt = mask(Word.SIGNALS, own)

  /** Whether it carries tokens. */
  def hasTokens: Bool = slice(Word.WAITS, Word.MASK_BITS).orR || slice(Word.SIGNALS, Word.MASK_BITS).orR

  private def mask(offset: Int, own: Queue): UInt = {
    val others = slice(offset, Word.MASK_BITS).asBools
    val (below, above) = others.splitAt(own.ordinal)
    VecInit((below :+ false.B) ++ above).asUInt.ensuring(_.getWidth == Isa.Queues)
  }

  private def slice(offset: Int, width: Int): UInt = word(offset + width - 1, offset)
}

object InstructionFields {

  /** Opcodes that a queue's program may hold. */
  def opcodes(queue: Queue): Seq[Opcode] =
    Opcode.values.toSeq.filter(o => o.queue == null || o.queue == queue)

  /** Bits of an operand. */
  def width(opcode: Opcode, name: String): Int = place(opcode, name)._2

  /** Offset and width of an operand; the name must be one of the opcode. */
  private def place(opcode: Opcode, name: String): (Int, Int) = {
    val fields = opcode.fields.asScala.toSeq
    val index = fields.indexWhere(_.name == name)
    require(index >= 0, s"${opcode.text} has no field $name; fields: ${fields.map(_.name).mkString(", ")}")
    (fields.take(index).map(_.width).sum, fields(index).width)
  }

  /** The CRC over all bits but its own field. It is linear, so that each bit of it is the parity of the bits of the
    * word that set it alone; [[Word]] tells which those are.
    */
  def crc(word: UInt): UInt = {
    val covered = (0 until Word.BITS).filterNot(bit => bit >= Word.CRC && bit < Word.CRC + Word.CRC_BITS)
    val columns = covered.map(bit => bit -> single(bit).crc())
    VecInit(
      (0 until Word.CRC_BITS).map(i =>
        columns.collect { case (bit, crc) if (crc >> i & 1) == 1 => word(bit) }.reduce(_ ^ _)
      )
    ).asUInt
  }

  private def single(bit: Int): Word = if (bit < 64) new Word(0, 1L << bit) else new Word(1L << (bit - 64), 0)
}
