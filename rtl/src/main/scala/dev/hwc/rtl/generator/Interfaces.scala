package dev.hwc.rtl.generator

import chisel3._
import chisel3.util._
import dev.hwc.ir.hw.HardwareSpec
import dev.hwc.ir.numerics.BlockMatrix.Format
import dev.hwc.rtl.generator.ecc.{Checks, Coding}

/** Sizes and widths of one accelerator, derived once from its description. */
final class Geometry(val spec: HardwareSpec) {
  val rows: Int = spec.array.rows
  val columns: Int = spec.array.columns
  val slots: Int = spec.array.accumulatorSlots

  /** Elements look at their weights, and count them. */
  val gated: Boolean = spec.array.gated
  val lanes: Int = spec.vectorLanes
  val beatBytes: Int = spec.port.beatBytes
  val maxBurstBytes: Int = spec.port.maxBurstBytes
  val outstandingReads: Int = spec.port.outstandingReads
  val outstandingWrites: Int = spec.port.outstandingWrites
  val instructions: Int = spec.buffers.instructions

  /** Bits of a vector word: lanes of fp32. */
  val wordBits: Int = 32 * lanes
  val beatBits: Int = 8 * beatBytes

  val weightUnitBits: Int = log2Ceil(spec.weightUnits)

  /** Blocks of a bank; commands on few rows address twice as many (isa.md §1). */
  val activationBlocks: Int = spec.activationBlocks
  val activationBlockBits: Int = log2Ceil(2 * activationBlocks)
  val outputWordBits: Int = log2Ceil(spec.outputWords)
  val vectorWordBits: Int = log2Ceil(spec.vectorWords)
  val loadWordBits: Int = log2Ceil(spec.loadWords)
  val storeWordBits: Int = log2Ceil(spec.storeWords)

  /** Words of L codes that make a block of 32. */
  val wordsPerBlock: Int = 32 / lanes

  /** How scratchpads store what is written together: bytes of weight codes, scales and other halfwords, words of L
    * codes, words of L fp32.
    */
  val secded: Boolean = spec.scratchpads.secded
  val byteCoding = new Coding(8, secded)
  val halfCoding = new Coding(16, secded)
  val codesCoding = new Coding((8 * lanes) min 64, secded)
  val wordCoding = new Coding(64, secded)
}

/** Weight formats by the ordinals that instructions have. */
object WeightFormat {

  /** Of the ordinal. */
  val Bits: Int = log2Ceil(Format.values.length)

  def ofBits(format: UInt, bits: Int): Bool = is(format)(_.bits == bits)
  def hasOffsets(format: UInt): Bool = is(format)(_.hasOffsets)
  def nonLinear(format: UInt): Bool = is(format)(_ == Format.NL4)

  /** Units that the codes of some blocks take: two of a block of bytes, half a one of a block of two bits. */
  def units(format: UInt, blocks: UInt): UInt =
    Mux(ofBits(format, 8), blocks << 1, Mux(ofBits(format, 2), (blocks +& 1.U) >> 1, blocks))

  /** Scales of some blocks, of which there is a whole number. */
  def scales(format: UInt, blocks: UInt): UInt = Mux(is(format)(_.scaleBlocks == 2), blocks >> 1, blocks)

  private def is(format: UInt)(property: Format => Boolean): Bool =
    Format.values.toSeq.filter(property).map(format === _.ordinal.U).reduce(_ || _)
}

/** Widths that the instruction set fixes (isa.md). */
object Isa {
  val AddressBits = 40
  val PcBits = 16
  val Queues = 4
  val Load = 0
  val Matrix = 1
  val Vector = 2
  val Store = 3
}

/** The low bits of a value, extended with zeros when it has fewer. `:=` does the same without saying so, and firtool
  * warns of that.
  */
object Low {
  def apply(value: UInt, width: Int): UInt = value.pad(width)(width - 1, 0)
}

/** What a command carries from issue to completion. Masks have one bit per queue; a queue's own bit is 0. */
class Tag extends Bundle {

  /** Of the instruction, for faults. */
  val pc = UInt(Isa.PcBits.W)

  /** Queues that get a token when it completes. */
  val signals = UInt(Isa.Queues.W)
}

/** A fault as an engine reports it, for one cycle; the front end keeps the first. */
class EngineFault extends Bundle {

  /** dev.hwc.ir.isa.FaultCode.number. */
  val code = UInt(4.W)
  val pc = UInt(Isa.PcBits.W)
  val address = UInt(Isa.AddressBits.W)
}

/** One entry of the window table, from the job descriptor. */
class WindowEntry extends Bundle {
  val base = UInt(Isa.AddressBits.W)
  val limit = UInt((Isa.AddressBits + 1).W)
  val readable = Bool()
  val writable = Bool()
}

/** What a load command brings, and by it where its beats go (isa.md §4). */
object LoadKind {
  val Weights = 0
  val Rows = 1
  val Transposed = 2
  val Scales = 3
  val Linear = 4
  val Halves = 5
  val Register = 6

  /** Descriptor or program: beats go to the front end, nothing to a scratchpad. */
  val Fetch = 7
}

/** Load queue: memory → weight buffer, load buffer, a register, or the front end. `rows` rows of `rowBytes` at
  * `address + j·stride` (mod 2^40) of the window; weights: 1 row; scales: rows = blocks, rowBytes = 2·columns; halves:
  * rowBytes = 2; register: 1 row of 4.
  */
class LoadCommand extends Bundle {
  val tag = new Tag
  val kind = UInt(3.W)
  val window = UInt(3.W)

  /** The address is physical and no window is checked (descriptor). */
  val physical = Bool()
  val address = UInt(Isa.AddressBits.W)
  val stride = UInt(Isa.AddressBits.W)
  val rows = UInt(12.W)
  val rowBytes = UInt(26.W)
  val blocks = UInt(12.W)

  /** Columns of a weight record or a row of scales, at least 1. */
  val columns = UInt(8.W)

  /** Ordinal of `BlockMatrix.Format`. */
  val format = UInt(WeightFormat.Bits.W)

  /** Destination unit or word, unreduced: the engine checks the buffer's size. */
  val destination = UInt(Isa.AddressBits.W)
  val register = UInt(4.W)
}

/** Store queue: store buffer → memory. Source addresses are halfwords. */
class StoreCommand extends Bundle {
  val tag = new Tag
  val window = UInt(3.W)
  val address = UInt(Isa.AddressBits.W)
  val stride = UInt(Isa.AddressBits.W)
  val rows = UInt(10.W)
  val rowBytes = UInt(16.W)
  val source = UInt(Isa.AddressBits.W)
  val sourceStride = UInt(Isa.AddressBits.W)
}

/** Matrix queue: `emit` false: matmul. */
class MatrixCommand extends Bundle {
  val tag = new Tag
  val emit = Bool()

  /** Activation block (matmul). */
  val activation = UInt(Isa.AddressBits.W)

  /** Weight unit (matmul). */
  val weight = UInt(Isa.AddressBits.W)
  val blocks = UInt(Isa.AddressBits.W)
  val format = UInt(WeightFormat.Bits.W)
  val unitScale = Bool()

  /** Output word of row 0 and words between rows (emit). */
  val destination = UInt(Isa.AddressBits.W)
  val stride = UInt(14.W)
  val m = UInt(8.W)
  val n = UInt(8.W)
  val slot = UInt(4.W)
}

/** Vector queue; field values as in isa.md §5. For softmax `strideB` is 0 already. */
class VectorCommand extends Bundle {
  val tag = new Tag
  val function = UInt(4.W)
  val memoryA = UInt(2.W)
  val a = UInt(Isa.AddressBits.W)
  val strideA = UInt(Isa.AddressBits.W)
  val memoryB = UInt(2.W)
  val b = UInt(Isa.AddressBits.W)
  val strideB = UInt(Isa.AddressBits.W)
  val kind = UInt(2.W)
  val d = UInt(Isa.AddressBits.W)
  val strideD = UInt(Isa.AddressBits.W)
  val rows = UInt(8.W)
  val n = UInt(Isa.AddressBits.W)
  val k0 = UInt(Isa.AddressBits.W)
  val k1 = UInt(Isa.AddressBits.W)
  val format = UInt(WeightFormat.Bits.W)
  val rowScale = Bool()
  val grow = Bool()
}

/** Between issue and an engine. `start` is high in the cycle s in which the command starts (timing.md T5), only while
  * `free`. `complete` is high in the completion cycle c (T6), `fault` for one cycle. `busy` and `blocked` are high in
  * the cycles that §9 counts as busy and as `outstanding`.
  */
class EngineIO[C <: Data](commandType: C) extends Bundle {
  val start = Input(Bool())
  val command = Input(commandType)
  val free = Output(Bool())
  val complete = Output(Valid(new Tag))
  val fault = Output(Valid(new EngineFault))
  val busy = Output(Bool())
  val blocked = Output(Bool())
}

/** Matrix engine: besides matmuls (`complete`), emits complete on their own, and starts depend on slots and emission
  * places (T12, T14).
  */
class MatrixEngineIO(g: Geometry) extends EngineIO(new MatrixCommand) {
  val completeEmit = Output(Valid(new Tag))
  val slotFree = Output(Vec(g.slots, Bool()))
  val canEmit = Output(Bool())

  /** Terms saturated in this cycle (N18). */
  val saturated = Output(UInt(16.W))

  /** All terms are counted (T19). */
  val drained = Output(Bool())
}

/** Read of a RAM with one cycle of latency: address in cycle t, data in t+1.
  *
  * @param codeWords
  *   of the data
  */
class ReadPort[D <: Data](addressBits: Int, dataType: D, codeWords: Int = 0) extends Bundle {
  val enable = Output(Bool())
  val address = Output(UInt(addressBits.W))
  val data = Input(dataType)

  /** With the data. */
  val checks = Input(new Checks(codeWords))
}

/** Weight buffer, read by the matrix engine: the same unit of all banks, and scale and offset beside it; all as stored.
  */
class WeightRead(g: Geometry) extends Bundle {
  val enable = Output(Bool())
  val unit = Output(UInt(g.weightUnitBits.W))
  val codes = Input(Vec(g.columns, UInt(g.byteCoding.stored(128).W)))
  val scales = Input(Vec(g.columns, UInt(g.halfCoding.stored(16).W)))
  val offsets = Input(Vec(g.columns, UInt(g.halfCoding.stored(16).W)))
}

/** Activation buffer, written by the vector engine: L codes of one block, the block's bfloat16 scale with word 0.
  * Blocks from a bank's end on are those of the bank half an array further on.
  */
class ActivationWrite(g: Geometry) extends Bundle {
  val valid = Output(Bool())
  val bank = Output(UInt(log2Ceil(g.rows).W))
  val block = Output(UInt(g.activationBlockBits.W))
  val word = Output(UInt(log2Ceil(g.wordsPerBlock max 2).W))
  val codes = Output(Vec(g.lanes, UInt(8.W)))
  val scaleValid = Output(Bool())
  val scale = Output(UInt(16.W))
}

/** Store buffer, written by the vector engine: a word with a byte mask. */
class StoreWrite(g: Geometry) extends Bundle {
  val valid = Output(Bool())
  val word = Output(UInt(g.storeWordBits.W))
  val data = Output(UInt(g.wordBits.W))
  val mask = Output(UInt((4 * g.lanes).W))
}

/** A beat of a fetch (LoadKind.Fetch) in the cycle after it arrived at the port. */
class FetchBeat(g: Geometry) extends Bundle {
  val data = UInt(g.beatBits.W)

  /** The last beat of its command. */
  val last = Bool()
}
