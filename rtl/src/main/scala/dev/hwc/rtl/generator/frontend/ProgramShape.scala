package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.{LoopNest, ProgramCodec, Word}
import dev.hwc.rtl.generator.{Geometry, Isa}

/** How a program lies in its memory: rows of one instruction, or of a beat's instructions where a beat holds several
  * (the lanes).
  */
final class ProgramShape(g: Geometry) {
  private val instructionBytes = ProgramCodec.INSTRUCTION_BYTES
  val lanes: Int = 1 max g.beatBytes / instructionBytes
  val beatsPerRow: Int = 1 max instructionBytes / g.beatBytes
  val rows: Int = (g.instructions + lanes - 1) / lanes
  val rowAddressBits: Int = log2Ceil(rows)
  val rowBits: Int = lanes * Word.BITS
  private val laneBits = log2Ceil(lanes)

  /** Row of a program counter. */
  def row(pc: UInt): UInt = (pc >> laneBits).pad(rowAddressBits)(rowAddressBits - 1, 0)

  /** Lane of a program counter. */
  def lane(pc: UInt): UInt = if (lanes == 1) 0.U else pc(laneBits - 1, 0)

  /** Bank of the table of loop ends for a loop at this depth: loops that are open across rows and close in one row have
    * successive depths, so that each bank is written at most once a cycle.
    */
  def bank(depth: UInt): UInt = lane(depth)
}

object ProgramShape {

  /** Bits of a program counter that can also stand behind the largest program. */
  val CountBits: Int = Isa.PcBits + 1

  /** Bits of the nesting depth of loops, 0 to [[LoopNest.MAX_DEPTH]] and one beyond. */
  val DepthBits: Int = log2Ceil(LoopNest.MAX_DEPTH + 2)

  /** Bits of a program's length in a job descriptor. */
  val LengthBits = 32
}

/** An instruction as it is read from memory. */
class FetchedInstruction extends Bundle {
  val valid = Bool()
  val word = UInt(Word.BITS.W)
  val pc = UInt(ProgramShape.CountBits.W)

  /** The last of its program. */
  val last = Bool()

  /** Loops open before it. */
  val depth = UInt(ProgramShape.DepthBits.W)
}

/** The instructions that became complete in one cycle, in order. */
class FetchedRow(shape: ProgramShape) extends Bundle {
  val queue = UInt(log2Ceil(Isa.Queues).W)
  val lanes = Vec(shape.lanes, new FetchedInstruction)
}

/** What the loading of a row writes into a queue's program memory. */
class ProgramWrite(shape: ProgramShape) extends Bundle {
  val row = UInt(shape.rowAddressBits.W)
  val words = UInt(shape.rowBits.W)

  /** Of a loop whose `next` is in the same row, the distance to the instruction behind it; 0 for any other. */
  val distances = Vec(shape.lanes, UInt(log2Ceil(shape.lanes + 1).W))

  /** Per bank: a loop of an earlier row ends here. */
  val ends = Vec(shape.lanes, Valid(new LoopEnd(shape)))
}

/** Where to go on behind the loop of a row. */
class LoopEnd(shape: ProgramShape) extends Bundle {
  val row = UInt(shape.rowAddressBits.W)
  val behind = UInt(Isa.PcBits.W)
}
