package dev.hwc.rtl.generator.numerics

import chisel3._

/** Running maximum, combinational (N4). Twin: `dev.hwc.ir.numerics.Fp32.max`. */
final class Fp32Max extends RawModule {
  val io = IO(new Bundle {
    val best = Input(UInt(32.W))
    val x = Input(UInt(32.W))
    val out = Output(UInt(32.W))
  })
  io.out := Fp32Max(io.best, io.x)
}

object Fp32Max {

  /** The larger of two values, skipping NaN, −0 = +0: the first of two equal values stays. Start with −infinity. */
  def apply(best: UInt, x: UInt): UInt = Mux(greater(x, best) || isNaN(best), x, best)

  /** Whether a > b; false with a NaN; −0 = +0. */
  def greater(a: UInt, b: UInt): Bool = {
    val (magnitudeA, magnitudeB) = (a(30, 0), b(30, 0))
    val ordered = Mux(
      a(31),
      b(31) && magnitudeA < magnitudeB,
      Mux(b(31), (magnitudeA | magnitudeB).orR, magnitudeA > magnitudeB)
    )
    ordered && !isNaN(a) && !isNaN(b)
  }

  private def isNaN(bits: UInt): Bool = bits(30, 0) > "h7F800000".U
}
