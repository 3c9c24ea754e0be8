package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.numerics.{Fp32, Normalizer}

/** Small formats as fp32, exact and combinational. */
object Conversions {

  /** A two's-complement integer of 8 bits. */
  def int8(code: UInt): UInt = {
    val sign = code(7)
    val magnitude = Mux(sign, 0.U - code(7, 0), code(7, 0))
    val (normal, shift) = Normalizer(magnitude, 8)
    Mux(magnitude.orR, Cat(sign, (127 + 7).U(8.W) - shift, normal(6, 0), 0.U(16.W)), 0.U)
  }

  /** Any binary16; a NaN becomes the one of fp32. Twin: `Float.float16ToFloat`. */
  def binary16(bits: UInt): UInt = {
    val sign = bits(15)
    val field = bits(14, 10)
    val fraction = bits(9, 0)
    val (normal, shift) = Normalizer(fraction, 10)
    val subnormal = Mux(fraction.orR, Cat(112.U(8.W) - shift, normal(8, 0), 0.U(14.W)), 0.U(31.W))
    MuxCase(
      Cat(sign, Cat(0.U(3.W), field) + 112.U(8.W), fraction, 0.U(13.W)),
      Seq(
        (field === 0.U) -> Cat(sign, subnormal),
        field.andR -> Mux(fraction.orR, Fp32.NaN, Fp32.infinity(sign))
      )
    )
  }
}
