package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{Geometry, ReadPort}

/** Results in words of L fp32, written a row of the array at a time: C/L banks, word w in bank w mod (C/L), so the
  * words of a row are rotated to their banks. A word is not read in the cycle that writes it.
  */
final class OutputBuffer(g: Geometry, sizes: MatrixSizes) extends Module {
  val io = IO(new Bundle {

    /** ceil(n/L) words from `word` on; the banks take them at the end of the next cycle. */
    val write = Flipped(Valid(new OutputRow(g)))
    val row = Input(Vec(g.columns, UInt(32.W)))
    val stop = Input(Bool())
    val read =
      Flipped(new ReadPort(g.outputWordBits, Vec(g.lanes, UInt(32.W)), g.wordCoding.codeWords(g.wordBits)))
  })
  private val banks = sizes.outputBanks
  private val bankBits = log2Ceil(banks)
  private val depth = (g.spec.outputWords + banks - 1) / banks

  private def bankOf(word: UInt): UInt = if (banks == 1) 0.U else word(bankBits - 1, 0)

  private val words = io.row.grouped(g.lanes).map(VecInit(_)).toSeq
  private val data = for (b <- 0 until banks) yield {
    val memory = SyncReadMem(depth, UInt(g.wordCoding.stored(g.wordBits).W))
    val source = if (banks == 1) 0.U else (b.U - bankOf(io.write.bits.word))(bankBits - 1, 0)
    val address = RegNext((io.write.bits.word +& source) >> bankBits)
    val word = RegNext(if (banks == 1) words.head else VecInit(words)(source))
    val write = RegNext(io.write.valid && source * g.lanes.U < io.write.bits.n && !io.stop, false.B)
    when(write) { memory.write(address(log2Ceil(depth) - 1, 0), g.wordCoding.encode(word.asUInt)) }
    memory.read((io.read.address >> bankBits)(log2Ceil(depth) - 1, 0), io.read.enable)
  }
  private val (read, checks) = g.wordCoding.decode(
    if (banks == 1) data.head else VecInit(data)(RegEnable(bankOf(io.read.address), io.read.enable))
  )
  io.read.data := read.asTypeOf(io.read.data)
  io.read.checks := checks
}
