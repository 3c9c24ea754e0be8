package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** Sum of two fp32 values, one per cycle (N3). Twin: `dev.hwc.ir.numerics.Fp32.add`.
  *
  * Stages: order by magnitude | align and add | normalize | round. Three bits below the significand (guard, round, and
  * the or of all that was shifted out) decide the rounding.
  */
final class Fp32Add extends Module {
  val io = IO(new Bundle {
    val a = Input(UInt(32.W))
    val b = Input(UInt(32.W))
    val out = Output(UInt(32.W))
  })
  private val a = Fp32.fields(io.a)
  private val b = Fp32.fields(io.b)

  // Order by magnitude.
  private val swap = io.a(30, 0) < io.b(30, 0) // of two zeros, subnormals among them, either order is right
  private val bigExponent = Mux(swap, b.exponent, a.exponent)
  private val big = RegNext(Mux(swap, b.significand, a.significand))
  private val small = RegNext(Mux(swap, a.significand, b.significand))
  private val distance = RegNext(bigExponent - Mux(swap, a.exponent, b.exponent))
  private val subtract = RegNext(a.sign ^ b.sign)
  private val sign = ShiftRegister(Mux(swap, b.sign, a.sign), 3)
  private val zeroSign = ShiftRegister(a.sign && b.sign, 3) // of a sum that is exactly zero
  private val nan = ShiftRegister(a.isNaN || b.isNaN || (a.isInf && b.isInf && (a.sign ^ b.sign)), 3)
  private val inf = ShiftRegister(a.isInf || b.isInf, 3)

  // Align and add: beyond 26 places only the sticky bit is left. One adder, the last place being for its carry in.
  private val far = distance > 26.U
  private val (near, lost) = StickyShift(Cat(small, 0.U(2.W)), 26, distance, 5)
  private val aligned = Cat(Mux(far, 0.U, near), Mux(far, small.orR, lost))
  private val sum = RegNext((Cat(big, 1.U(4.W)) +& Cat(Mux(subtract, (~aligned).asUInt, aligned), subtract)) >> 1)
  private val carry = RegNext(subtract)

  // Normalize: the sum has 28 bits, its top one being the carry of an addition.
  private val magnitude = Cat(sum(27) && !carry, sum(26, 0))
  private val (normal, shift) = Normalizer(magnitude, 28)
  private val normal3 = RegNext(normal)
  private val field3 = RegNext(ShiftRegister(bigExponent, 2).zext + 1.S - shift.zext)

  io.out := RegNext(
    MuxCase(
      Fp32.round(sign, field3, normal3, 28),
      Seq(nan -> Fp32.NaN, inf -> Fp32.infinity(sign), !normal3(27) -> Fp32.zero(zeroSign))
    )
  )
}

object Fp32Add {

  /** Cycles from operands to result. */
  val Latency = 4

  /** An instance, wired. */
  def apply(a: UInt, b: UInt): UInt = {
    val unit = Module(new Fp32Add)
    unit.io.a := a
    unit.io.b := b
    unit.io.out
  }
}
