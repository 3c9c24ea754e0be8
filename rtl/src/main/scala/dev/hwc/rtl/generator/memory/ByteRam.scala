package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._

/** A RAM of bytes with a write mask; read data one cycle after the address. A read of the word being written gives
  * either.
  */
final class ByteRam(words: Int, bytes: Int) extends Module {
  val io = IO(new Bundle {
    val write = Input(Bool())
    val writeAddress = Input(UInt(log2Ceil(words).W))
    val data = Input(Vec(bytes, UInt(8.W)))
    val mask = Input(Vec(bytes, Bool()))
    val read = Input(Bool())
    val readAddress = Input(UInt(log2Ceil(words).W))
    val out = Output(UInt((8 * bytes).W))
  })
  private val ram = SyncReadMem(words, Vec(bytes, UInt(8.W)), SyncReadMem.ReadFirst)
  when(io.write) { ram.write(io.writeAddress, io.data, io.mask) }
  io.out := ram.read(io.readAddress, io.read).asUInt
}
