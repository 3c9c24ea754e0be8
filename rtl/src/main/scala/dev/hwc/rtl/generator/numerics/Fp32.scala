package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** A binary32 word taken apart as the lanes see it: a subnormal is a zero of its sign (N1). */
final class Fp32Fields(bits: UInt) {
  val sign: Bool = bits(31)
  val exponent: UInt = bits(30, 23)
  private val fraction = bits(22, 0)

  val isZero: Bool = exponent === 0.U
  private val isSpecial = exponent.andR
  val isInf: Bool = isSpecial && !fraction.orR
  val isNaN: Bool = isSpecial && fraction.orR

  /** 24 bits with the leading one; 0 for a zero. Without meaning for infinity and NaN. */
  val significand: UInt = Cat(!isZero, Mux(isZero, 0.U(23.W), fraction))
}

/** Words and combinational helpers of fp32 (docs/spec/numerics.md §1). */
object Fp32 {

  /** The one NaN (N4). */
  def NaN: UInt = "h7FC00000".U(32.W)

  def One: UInt = "h3F800000".U(32.W)

  def fields(bits: UInt): Fp32Fields = new Fp32Fields(bits)

  def infinity(sign: Bool): UInt = Cat(sign, "h7F800000".U(31.W))

  def zero(sign: Bool): UInt = Cat(sign, 0.U(31.W))

  /** A significand as fp32, nearest even; below 2^-126 before rounding it is zero of its sign, overflow is infinity.
    *
    * @param field
    *   exponent field the value has before rounding, of any range
    * @param normal
    *   significand whose highest bit is set
    * @param width
    *   its bits, at least 24
    */
  def round(sign: Bool, field: SInt, normal: UInt, width: Int): UInt =
    MuxCase(
      roundInRange(sign, field(7, 0), normal, width),
      Seq((field < 1.S) -> zero(sign), (field > 254.S) -> infinity(sign))
    )

  /** As [[round]] for a field known to be in 1..254. */
  def roundInRange(sign: Bool, field: UInt, normal: UInt, width: Int): UInt = {
    require(width >= 24, s"a significand of $width bits; fp32 has 24")
    val kept = normal(width - 1, width - 24)
    val half = if (width > 24) normal(width - 25) else false.B
    val sticky = if (width > 25) normal(width - 26, 0).orR else false.B
    val up = half && (sticky || kept(0))
    // Adding instead of or-ing lets a carry out of the significand raise the exponent, up to infinity.
    Cat(sign, Cat(field, kept(22, 0)) + up)
  }
}
