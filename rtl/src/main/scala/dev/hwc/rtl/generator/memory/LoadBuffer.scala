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
    val read = Flipped(new ReadPort(g.loadWordBits, UInt(g.wordBits.W)))
  })
  private val wordBytes = g.wordBits / 8
  private val ram = Module(new ByteRam(g.spec.loadWords, wordBytes))
  private val write = io.write.bits
  ram.io.write := io.write.valid
  ram.io.writeAddress := write.word
  for (byte <- 0 until wordBytes) {
    def ofBeat(i: Int) = write.data(8 * i + 7, 8 * i)
    val here = write.halfword === (byte / 2).U
    val beatHere = (write.halfword >> log2Ceil(g.beatBytes / 2)) === (byte / g.beatBytes).U
    ram.io.data(byte) := Mux(write.single, ofBeat(byte % 2), ofBeat(byte % g.beatBytes))
    ram.io.mask(byte) := Mux(write.single, here, beatHere)
  }
  ram.io.read := io.read.enable
  ram.io.readAddress := io.read.address
  io.read.data := ram.io.out
}
