package dev.hwc.rtl.generator.numerics

import chisel3._

/** The fp32 value of a 48-bit accumulator in units of 2^-20, one per cycle (N20). Twin:
  * `dev.hwc.ir.numerics.BlockProduct.toFp32`.
  *
  * Stages: magnitude | normalize | round.
  */
final class AccumulatorToFp32 extends Module {
  val io = IO(new Bundle {
    val accumulator = Input(SInt(48.W))
    val out = Output(UInt(32.W))
  })
  private val sign = io.accumulator < 0.S
  // One adder: −a is ~a + 1. −2^47 gives 2^47.
  private val magnitude = RegNext((Mux(sign, ~io.accumulator, io.accumulator).asUInt + sign)(47, 0))
  private val (normal, shift) = Normalizer(magnitude, 48)
  private val normal2 = RegNext(normal)
  private val field = RegNext((47 - 20 + 127).U(8.W) - shift)
  private val sign2 = RegNext(RegNext(sign))

  io.out := RegNext(Mux(normal2(47), Fp32.roundInRange(sign2, field, normal2, 48), 0.U))
}

object AccumulatorToFp32 {

  /** Cycles from accumulator to fp32: 3 of the 20 of docs/spec/timing.md T14, before the output buffer's register. */
  val Latency = 3

  /** An instance, wired. */
  def apply(accumulator: SInt): UInt = {
    val unit = Module(new AccumulatorToFp32)
    unit.io.accumulator := accumulator
    unit.io.out
  }
}
