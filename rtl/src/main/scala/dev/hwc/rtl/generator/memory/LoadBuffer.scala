package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** A beat or a halfword for the load buffer. */
final class LoadWrite(g: Geometry) extends Bundle {
  val word = UInt(g.loadWordBits.W)

  /** Halfword of the word at which the data lies. */
  val halfword = UInt(log2Ceil(2 * g.lanes).W)

  /** One halfword, the beat's lowest; else the whole beat. */
  val single = Bool()
  val data = UInt(g.beatBits.W)
}

/** Load buffer (isa.md §1): words of 4·L bytes, written by beats and halfwords. */
final class LoadBuffer(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val write = Flipped(Valid(new LoadWrite(g)))
    val read = Flipped(new ReadPort(g.loadWordBits, UInt(g.wordBits.W), g.halfCoding.codeWords(g.wordBits)))
  })
  private val halfwords = g.wordBits / 16
  private val ram = Module(new PieceRam(g.spec.loadWords, halfwords, g.halfCoding.storedBits))
  private val write = io.write.bits
  ram.io.write := io.write.valid
  ram.io.writeAddress := write.word
  private val beat = Seq.tabulate(g.beatBytes / 2)(i => g.halfCoding.encode(write.data(16 * i + 15, 16 * i)))
  for (half <- 0 until halfwords) {
    val beatHere = (write.halfword >> log2Ceil(beat.size)) === (half / beat.size).U
    ram.io.data(half) := Mux(write.single, beat.head, beat(half % beat.size))
    ram.io.mask(half) := Mux(write.single, write.halfword === half.U, beatHere)
  }
  ram.io.read := io.read.enable
  ram.io.readAddress := io.read.address
  private val (data, checks) = g.halfCoding.decode(ram.io.out)
  io.read.data := data
  io.read.checks := checks
}
