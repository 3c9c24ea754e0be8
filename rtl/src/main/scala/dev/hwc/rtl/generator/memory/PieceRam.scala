package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._

/** A RAM of words in pieces, with a write mask; read data one cycle after the address. A read of the word being written
  * gives either.
  *
  * @param pieceBits
  *   as stored: 8 for bytes without check bits
  */
final class PieceRam(words: Int, pieces: Int, pieceBits: Int) extends Module {
  val io = IO(new Bundle {
    val write = Input(Bool())
    val writeAddress = Input(UInt(log2Ceil(words).W))
    val data = Input(Vec(pieces, UInt(pieceBits.W)))
    val mask = Input(Vec(pieces, Bool()))
    val read = Input(Bool())
    val readAddress = Input(UInt(log2Ceil(words).W))
    val out = Output(UInt((pieceBits * pieces).W))
  })
  private val ram = SyncReadMem(words, Vec(pieces, UInt(pieceBits.W)), SyncReadMem.ReadFirst)
  when(io.write) { ram.write(io.writeAddress, io.data, io.mask) }
  io.out := ram.read(io.readAddress, io.read).asUInt
}
