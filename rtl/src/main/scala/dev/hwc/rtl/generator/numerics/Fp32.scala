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
  val significand: UInt = Cat(!isZero, Mux(isZero, 0.U, fraction))
}

/** Words and helpers of fp32 (docs/spec/numerics.md §1). */
object Fp32 {

  /** Bits of a value. */
  val Width = 32

  /** The one NaN (N4). */
  def NaN: UInt = "h7FC00000".U(32.W)

  def fields(bits: UInt): Fp32Fields = new Fp32Fields(bits)

  def infinity(sign: Bool): UInt = Cat(sign, "h7F800000".U(31.W))

  def zero(sign: Bool): UInt = Cat(sign, 0.U(31.W))

  /** Whether to add one when `dropped` is cut off below `kept`, to the nearest even. */
  def roundsUp(kept: UInt, half: Bool, sticky: Bool): Bool = half && (sticky || kept(0))
}
