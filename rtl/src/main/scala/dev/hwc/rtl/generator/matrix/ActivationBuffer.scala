package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{ActivationWrite, Geometry}

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

    /** Scale of this row of every group, one cycle later. */
    val scaleBlock = Input(UInt(g.activationBlockBits.W))
    val scaleRow = Input(UInt(sizes.groupRowBits.W))
    val scales = Output(Vec(sizes.groups, UInt(16.W)))
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
  private val words = Seq.tabulate(g.rows) { i =>
    val bank = SyncReadMem(g.activationBlocks << wordBits, UInt((8 * g.lanes).W))
    when(io.write.valid && writeBank === i.U) { bank.write(writeAddress, io.write.codes.asUInt) }
    bank.read(address >> laneBits).asTypeOf(Vec(g.lanes, SInt(8.W)))(place)
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
    val memory = SyncReadMem(g.activationBlocks << sizes.groupRowBits, UInt(16.W))
    val ofGroup = if (oneGroup) true.B else (writeBank >> sizes.groupRowBits) === k.U
    when(io.write.scaleValid && ofGroup) {
      memory.write(writeBlock ## writeBank(sizes.groupRowBits - 1, 0), io.write.scale)
    }
    memory.read(scaleBlock ## scaleRow)
  }
  for (k <- 0 until sizes.groups) {
    val low = !oneGroup && k < sizes.groups / 2
    io.scales(k) := (if (low) Mux(scaleFromBeyond, scales(k + sizes.groups / 2), scales(k)) else scales(k))
  }
}
