package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** Product of two fp32 values, one per cycle (N2). Twin: `dev.hwc.ir.numerics.Fp32.mul`.
  *
  * Stages: operands | 24×24 product | round. The result of operands given at cycle t stands at t + [[Fp32Mul.Latency]].
  */
final class Fp32Mul extends Module {
  val io = IO(new Bundle {
    val a = Input(UInt(32.W))
    val b = Input(UInt(32.W))
    val out = Output(UInt(32.W))
  })
  private val a = Fp32.fields(io.a)
  private val b = Fp32.fields(io.b)

  private class Flags extends Bundle {
    val sign = Bool()
    val nan = Bool()
    val inf = Bool()
    val zero = Bool()
  }
  private val flags = Wire(new Flags)
  flags.sign := a.sign ^ b.sign
  flags.nan := a.isNaN || b.isNaN || (a.isInf && b.isZero) || (a.isZero && b.isInf)
  flags.inf := a.isInf || b.isInf
  flags.zero := a.isZero || b.isZero

  private val product = RegNext(RegNext(a.significand) * RegNext(b.significand)) // [2^46, 2^48)
  private val flags2 = ShiftRegister(flags, 2)
  private val exponents = ShiftRegister(a.exponent +& b.exponent, 2) // biased by 254

  private val high = product(47)
  private val normal = Mux(high, product, Cat(product(46, 0), 0.U(1.W)))
  private val kept = normal(47, 24)
  private val exponent = exponents + high // of the exact product, biased by 254
  private val up = Fp32.roundsUp(kept, normal(23), normal(22, 0).orR)
  // Adding instead of or-ing lets a carry out of the significand raise the exponent.
  private val magnitude = Cat((exponent - 127.U)(8, 0), kept(22, 0)) +& up
  private val flushed = exponent < 128.U // below 2^-126, before rounding
  private val overflow = exponent >= (254 + 128).U || magnitude(31, 23) === 255.U

  io.out := RegNext(
    MuxCase(
      Cat(flags2.sign, magnitude(30, 0)),
      Seq(
        flags2.nan -> Fp32.NaN,
        flags2.inf -> Fp32.infinity(flags2.sign),
        (flags2.zero || flushed) -> Fp32.zero(flags2.sign),
        overflow -> Fp32.infinity(flags2.sign)
      )
    )
  )
}

object Fp32Mul {

  /** Cycles from operands to result. */
  val Latency = 3

  /** An instance, wired: the result stands [[Latency]] cycles after the operands. */
  def apply(a: UInt, b: UInt): UInt = {
    val unit = Module(new Fp32Mul)
    unit.io.a := a
    unit.io.b := b
    unit.io.out
  }
}
