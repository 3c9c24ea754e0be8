package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.ecc.{Checks, EccBuffer, EccRead, EccReport}
import dev.hwc.rtl.generator.{ActivationWrite, Geometry, Isa}

/** Activation codes, one bank per row in words of L, and their scales, one memory per group of rows, for a group's rows
  * need them one a cycle. Blocks from a bank's end on are those of the bank half an array further on (isa.md §1).
  *
  * All banks read the same element; row i's code is delayed by i cycles. So a bank serves its own row and the row half
  * an array before it, of successive commands, without meeting itself.
  */
final class ActivationBuffer(g: Geometry, sizes: MatrixSizes) extends Module {
  val io = IO(new Bundle {
    val write = Flipped(new ActivationWrite(g))

    /** Element for row 0; its code stands one cycle later, row i's i + 1 cycles later. */
    val block = Input(UInt(g.activationBlockBits.W))
    val element = Input(UInt(MatrixSizes.ElementBits.W))
    val codes = Output(Vec(g.rows, SInt(8.W)))

    /** Rows that the element's matmul uses, 0 without an element; the matmul. */
    val m = Input(UInt(8.W))
    val pc = Input(UInt(Isa.PcBits.W))

    /** Scale of this row of every group, one cycle later. */
    val scaleBlock = Input(UInt(g.activationBlockBits.W))
    val scaleRow = Input(UInt(sizes.groupRowBits.W))
    val scales = Output(Vec(sizes.groups, UInt(16.W)))

    /** Groups whose scale is used, and by which matmul. */
    val scaleUsed = Input(Vec(sizes.groups, Bool()))
    val scalePc = Input(UInt(Isa.PcBits.W))
    val ecc = Output(new EccReport(ActivationBuffer.codeWords(g, sizes)))
  })
  private val laneBits = log2Ceil(g.lanes)
  private val wordBits = log2Ceil(g.wordsPerBlock)
  private val half = g.rows / 2

  /** Where a block lies: beyond its bank's end, and its place in the bank. */
  private def split(block: UInt): (Bool, UInt) = {
    val beyond = block >= g.activationBlocks.U
    (beyond, Mux(beyond, block - g.activationBlocks.U, block)(log2Ceil(g.activationBlocks) - 1, 0))
  }

  private val (writeBeyond, writeBlock) = split(io.write.block)
  private val writeBank = Mux(writeBeyond, io.write.bank + half.U, io.write.bank)
  private val writeAddress = if (wordBits == 0) writeBlock else writeBlock ## io.write.word(wordBits - 1, 0)

  private val (beyond, block) = split(io.block)
  private val address = block ## io.element
  private val place = RegNext(address(laneBits - 1, 0))
  private val fromBeyond = RegNext(beyond)
  private val written = g.codesCoding.encode(io.write.codes.asUInt)
  private val read = Seq.tabulate(g.rows) { i =>
    val bank = SyncReadMem(g.activationBlocks << wordBits, UInt(written.getWidth.W))
    when(io.write.valid && writeBank === i.U) { bank.write(writeAddress, written) }
    element(bank.read(address >> laneBits))
  }
  private val words = read.map(_._1)

  /** The element's code word decoded, and the element. */
  private def element(word: UInt): (SInt, Checks) = {
    val codes = g.codesCoding.pieceBits / 8
    val stored = word.asTypeOf(Vec(g.lanes / codes, UInt(g.codesCoding.storedBits.W)))
    val codeWord = if (codes == g.lanes) stored.head else stored(place(laneBits - 1, log2Ceil(codes)))
    val (data, checks) = g.codesCoding.decode(codeWord)
    (data.asTypeOf(Vec(codes, SInt(8.W)))(place(log2Ceil(codes) - 1, 0)), checks)
  }
  for (i <- 0 until g.rows) {
    val code = if (i < half) Mux(fromBeyond, words(i + half), words(i)) else words(i)
    io.codes(i) := ShiftRegister(code, i)
  }

  // A group of all rows holds both halves; of several groups, the one half the groups further on holds what is beyond.
  private val (scaleBeyond, scaleBlock) = split(io.scaleBlock)
  private val scaleFromBeyond = RegNext(scaleBeyond)
  private val oneGroup = sizes.groups == 1
  private val scaleRow = if (oneGroup) Mux(scaleBeyond, io.scaleRow + half.U, io.scaleRow) else io.scaleRow
  private val scales = Seq.tabulate(sizes.groups) { k =>
    val memory = SyncReadMem(g.activationBlocks << sizes.groupRowBits, UInt(g.halfCoding.storedBits.W))
    val ofGroup = if (oneGroup) true.B else (writeBank >> sizes.groupRowBits) === k.U
    when(io.write.scaleValid && ofGroup) {
      memory.write(writeBlock ## writeBank(sizes.groupRowBits - 1, 0), g.halfCoding.encode(io.write.scale))
    }
    g.halfCoding.decode(memory.read(scaleBlock ## scaleRow))
  }
  for (k <- 0 until sizes.groups) {
    val low = !oneGroup && k < sizes.groups / 2
    io.scales(k) := (if (low) Mux(scaleFromBeyond, scales(k + sizes.groups / 2)._1, scales(k)._1) else scales(k)._1)
  }

  // Banks that are used, each for its row or for the one half an array before.
  private val usedCodes = VecInit(Seq.tabulate(g.rows) { i =>
    RegNext(if (i < half) !beyond && i.U < io.m else Mux(beyond, (i - half).U < io.m, i.U < io.m))
  })
  private val usedScales = VecInit(Seq.tabulate(sizes.groups) { k =>
    val other = sizes.groups / 2
    RegNext(
      if (oneGroup) io.scaleUsed(k)
      else if (k < other) !scaleBeyond && io.scaleUsed(k)
      else Mux(scaleBeyond, io.scaleUsed(k - other), io.scaleUsed(k))
    )
  })
  io.ecc := EccReport(
    EccRead(
      EccBuffer.ActivationCodes,
      Checks.of(read.map(_._2)).only(usedCodes.asUInt),
      RegNext(io.pc),
      RegNext(block),
      (of, bank) => (bank, of)
    ),
    EccRead(
      EccBuffer.ActivationScales,
      Checks.of(scales.map(_._2)).only(usedScales.asUInt),
      RegNext(io.scalePc),
      RegNext(scaleBlock ## scaleRow),
      (of, group) => (group ## of(sizes.groupRowBits - 1, 0), of >> sizes.groupRowBits)
    )
  )
}

object ActivationBuffer {

  /** Read in a cycle: a code word of every bank, a scale of every group. */
  def codeWords(g: Geometry, sizes: MatrixSizes): Int =
    g.rows * g.codesCoding.codeWords(g.codesCoding.pieceBits) + sizes.groups * g.halfCoding.codeWords(16)
}
