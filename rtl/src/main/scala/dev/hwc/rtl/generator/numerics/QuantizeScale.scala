package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** Scale and inverse of a group from its largest magnitude, one group per cycle (N15). Twins:
  * `dev.hwc.ir.numerics.Quantize.scale` and `inverse`.
  *
  * Stages: amax/127 (3) | round away from zero | the scale as fp32 | reciprocal (6).
  */
final class QuantizeScale extends Module {
  val io = IO(new Bundle {

    /** Non-negative and finite. */
    val amax = Input(UInt(32.W))

    /** binary16 instead of bfloat16. */
    val half = Input(Bool())
    val scale = Output(UInt(16.W))
    val inverse = Output(UInt(32.W))
  })
  private val t = Fp32Mul(io.amax, "h3C010204".U(32.W))
  private val half = ShiftRegister(io.half, Fp32Mul.Latency)
  private val scale = RegNext(Mux(half, ScaleFormats.binary16Up(t), ScaleFormats.bfloat16Up(t)))
  private val value = RegNext(Mux(RegNext(half), ScaleFormats.binary16Value(scale), Cat(scale, 0.U(16.W))))
  private val isZero = ShiftRegister(!value.orR, FunctionUnit.RecipLatency)

  io.inverse := Mux(isZero, 0.U, FunctionUnit(LaneFunction.Recip, value))
  io.scale := ShiftRegister(scale, 1 + FunctionUnit.RecipLatency)
}

object QuantizeScale {

  /** Cycles from amax to scale and inverse. */
  val Latency: Int = Fp32Mul.Latency + 2 + FunctionUnit.RecipLatency
}

/** The 16-bit scale formats, combinational. Twin: `dev.hwc.ir.numerics.ScaleFormat`. */
object ScaleFormats {

  /** bfloat16, away from zero, of a non-negative fp32 value that is a largest finite value over 127 at most. */
  def bfloat16Up(t: UInt): UInt = t(31, 16) + t(15, 0).orR

  /** binary16 with subnormals, away from zero, at most 65504, of a non-negative fp32 value. */
  def binary16Up(t: UInt): UInt = {
    val x = Fp32.fields(t)
    // Below 2^-14: multiples of 2^-24, which the significand reaches by 126 − field places to the right.
    val places = 126.U(8.W) - x.exponent
    val wide = Cat(x.significand, 0.U(25.W)) >> Mux(places > 25.U, 25.U, places(4, 0))
    val subnormal = wide(34, 25) +& wide(24, 0).orR
    val normal = Cat(x.exponent(7, 0) - 112.U, t(22, 13)) + t(12, 0).orR
    MuxCase(
      normal(15, 0),
      Seq((t >= "h477FE000".U) -> "h7BFF".U(16.W), (x.exponent < 113.U) -> subnormal)
    )
  }

  /** The fp32 value of a finite, non-negative binary16. */
  def binary16Value(bits: UInt): UInt = {
    val (field, fraction) = (bits(14, 10), bits(9, 0))
    val (normal, shift) = Normalizer(fraction, 10)
    val subnormal = Mux(fraction.orR, Cat(112.U(8.W) - shift, normal(8, 0), 0.U(14.W)), 0.U)
    Mux(field === 0.U, subnormal, Cat(0.U(1.W), field + 112.U(8.W), fraction, 0.U(13.W)))
  }
}
