package dev.hwc.rtl.generator.vector

import chisel3._
import dev.hwc.rtl.generator.{Geometry, ReadPort}

/** A word of L fp32 to be written. */
class VectorWrite(g: Geometry) extends Bundle {
  val valid = Output(Bool())
  val word = Output(UInt(g.vectorWordBits.W))
  val data = Output(Vec(g.lanes, UInt(32.W)))
}

/** Working memory of the vector unit: words of L fp32, one read and one write per cycle. Contents survive reset. */
final class VectorBuffer(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val read =
      Flipped(new ReadPort(g.vectorWordBits, Vec(g.lanes, UInt(32.W)), g.wordCoding.codeWords(g.wordBits)))
    val write = Flipped(new VectorWrite(g))
  })
  private val words = SyncReadMem(g.spec.vectorWords, UInt(g.wordCoding.stored(g.wordBits).W))
  private val (data, checks) = g.wordCoding.decode(words.read(io.read.address, io.read.enable))
  io.read.data := data.asTypeOf(io.read.data)
  io.read.checks := checks
  when(io.write.valid) { words.write(io.write.word, g.wordCoding.encode(io.write.data.asUInt)) }
}
