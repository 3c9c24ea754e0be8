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
    val read = Flipped(new ReadPort(g.vectorWordBits, Vec(g.lanes, UInt(32.W))))
    val write = Flipped(new VectorWrite(g))
  })
  private val words = SyncReadMem(g.spec.vectorWords, Vec(g.lanes, UInt(32.W)))
  io.read.data := words.read(io.read.address, io.read.enable)
  when(io.write.valid) { words.write(io.write.word, io.write.data) }
}
