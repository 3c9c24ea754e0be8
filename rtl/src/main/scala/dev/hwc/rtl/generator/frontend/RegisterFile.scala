package dev.hwc.rtl.generator.frontend

import chisel3._
import dev.hwc.rtl.generator.Isa

/** The 16 registers of a queue (isa.md §1). Values lie in a small RAM with as many read ports as are asked for; flags
  * tell which were written since the job started, the others read 0. r0 is never written.
  *
  * Not a module: each queue has its own number of ports.
  */
final class RegisterFile(clear: Bool) {
  private val values = Mem(RegisterFile.Count, UInt(Isa.AddressBits.W))
  private val written = RegInit(VecInit(Seq.fill(RegisterFile.Count)(false.B)))

  when(clear) {
    written.foreach(_ := false.B)
  }

  /** A read port. */
  def read(index: UInt): UInt = Mux(written(index), values.read(index), 0.U)

  /** The write port; to be called once. */
  def write(enable: Bool, index: UInt, value: UInt): Unit =
    when(enable && index =/= 0.U && !clear) {
      values.write(index, value)
      written(index) := true.B
    }
}

object RegisterFile {

  /** Registers of a queue, r0 among them. */
  val Count = 16
}
