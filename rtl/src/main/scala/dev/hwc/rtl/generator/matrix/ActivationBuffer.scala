package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{ActivationWrite, Geometry}

/** Activation codes, one bank per row in words of L, and their scales, one memory per group of rows, for a group's rows
  * need them one a cycle.
  *
  * Row i reads i cycles after row 0: the address passes from bank to bank.
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
  private val writeAddress = if (wordBits == 0) io.write.block else io.write.block ## io.write.word(wordBits - 1, 0)

  private val addresses = Seq.iterate(io.block ## io.element, g.rows)(RegNext(_))
  for ((address, i) <- addresses.zipWithIndex) {
    val bank = SyncReadMem(g.spec.activationBlocks << wordBits, UInt((8 * g.lanes).W))
    when(io.write.valid && io.write.bank === i.U) { bank.write(writeAddress, io.write.codes.asUInt) }
    val word = bank.read(address >> laneBits).asTypeOf(Vec(g.lanes, SInt(8.W)))
    io.codes(i) := word(RegNext(address(laneBits - 1, 0)))
  }
  for (k <- 0 until sizes.groups) {
    val scales = SyncReadMem(g.spec.activationBlocks << sizes.groupRowBits, UInt(16.W))
    val ofGroup = if (sizes.groups == 1) true.B else (io.write.bank >> sizes.groupRowBits) === k.U
    when(io.write.scaleValid && ofGroup) {
      scales.write(io.write.block ## io.write.bank(sizes.groupRowBits - 1, 0), io.write.scale)
    }
    io.scales(k) := scales.read(io.scaleBlock ## io.scaleRow)
  }
}
