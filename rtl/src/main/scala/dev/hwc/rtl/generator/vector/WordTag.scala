package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{Geometry, VectorCommand}

/** What goes with a word of L elements down the pipeline. */
class WordTag(g: Geometry) extends Bundle {

  /** Elements of the row in this word, 0 for a word that only fills. */
  val count = UInt(log2Ceil(g.lanes + 1).W)
  val firstOfRow = Bool()

  /** The row's last word with elements. */
  val lastOfRow = Bool()

  /** Of a quantization group: block of 32, or row. */
  val firstOfGroup = Bool()
  val lastOfGroup = Bool()

  /** First of a block of 32 at the destination. */
  val firstOfBlock = Bool()

  /** Row of the batch. */
  val row = UInt(VectorWidths.RowBits.W)

  /** Quantization group of the batch. */
  val group = UInt(VectorWidths.GroupBits.W)

  /** Place at the destination: word of kinds 0 and 1, L codes of kind 2 and 3; in the pass of scales a halfword. */
  val target = UInt(VectorWidths.targetBits(g).W)
  val bank = UInt(log2Ceil(g.rows).W)

  /** Which lanes hold an element. */
  def mask: Seq[Bool] = Seq.tabulate(g.lanes)(lane => count > lane.U)
}

/** One cycle of a pass: what to read, and the tag of the word that is complete with it. */
class Step(g: Geometry) extends Bundle {
  val readA = Bool()
  val readB = Bool()
  val addressA = UInt(VectorWidths.operandBits(g).W)
  val addressB = UInt(VectorWidths.operandBits(g).W)

  /** Which L codes of the word (dequant). */
  val chunkA = UInt(3.W)

  /** Which L halfwords (softmax) or which halfword (dequant) of the word. */
  val chunkB = UInt(log2Ceil(2 * g.lanes).W)

  /** Whether a word is complete. */
  val word = Bool()
  val tag = new WordTag(g)
}

/** Widths and limits of the vector engine. */
object VectorWidths {

  /** Rows of a command are at most 255 (isa.md §5). */
  val RowBits = 8

  /** Blocks of 32 in a batch (T15). */
  val BatchBlocks = 2048

  /** Bits of a quantization group's number in its batch. */
  val GroupBits: Int = log2Ceil(BatchBlocks)

  /** Most elements of a row (isa.md §5). */
  val MaxElements = 65536

  /** Bits of a row's length. */
  val LengthBits = 17

  /** Address bits of the largest of the buffers that operands come from. */
  def operandBits(g: Geometry): Int = Seq(g.outputWordBits, g.vectorWordBits, g.loadWordBits).max

  /** Halfwords of a word of the store buffer, as address bits. */
  def halfBits(g: Geometry): Int = log2Ceil(2 * g.lanes)

  /** Bits of [[WordTag.target]]. */
  def targetBits(g: Geometry): Int =
    Seq(g.vectorWordBits, g.storeWordBits + halfBits(g), g.activationBlockBits + log2Ceil(g.wordsPerBlock)).max
}

/** Command and pass that everything in flight belongs to; a pass ends only when its last word has left the pipeline. */
class Context extends Bundle {
  val command = new VectorCommand
  val pass = UInt(Pass.Width.W)
}
