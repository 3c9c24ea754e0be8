package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** Read of the store buffer: two consecutive words as stored, one cycle after the address. */
final class StoreRead(g: Geometry) extends Bundle {
  val enable = Output(Bool())
  val word = Output(UInt(g.storeWordBits.W))
  val data = Input(UInt(g.halfCoding.stored(2 * g.wordBits).W))
}

/** Store buffer (isa.md §1): two RAMs, for even and odd words, so that a beat can begin at any halfword. With check
  * bits a halfword is written as a whole, as all commands do.
  */
final class StoreBuffer(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val write = Flipped(new StoreWrite(g))
    val read = Flipped(new StoreRead(g))
  })
  private val coding = if (g.secded) g.halfCoding else g.byteCoding
  private val pieces = g.wordBits / coding.pieceBits
  private val depth = g.spec.storeWords / 2
  private val depthBits = log2Ceil(depth)
  private val rams = Seq.tabulate(2) { parity =>
    val ram = Module(new PieceRam(depth, pieces, coding.storedBits))
    ram.io.write := io.write.valid && io.write.word(0) === parity.U
    ram.io.writeAddress := io.write.word >> 1
    for (piece <- 0 until pieces) {
      val from = piece * coding.pieceBits
      ram.io.data(piece) := coding.encode(io.write.data(from + coding.pieceBits - 1, from))
      ram.io.mask(piece) := io.write.mask(from / 8)
    }
    ram.io.read := io.read.enable
    ram
  }
  rams(0).io.readAddress := ((io.read.word >> 1) + io.read.word(0))(depthBits - 1, 0)
  rams(1).io.readAddress := io.read.word >> 1
  private val odd = RegEnable(io.read.word(0), io.read.enable)
  io.read.data := Mux(odd, Cat(rams(0).io.out, rams(1).io.out), Cat(rams(1).io.out, rams(0).io.out))
}
