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

  private def delayed[T <: Data](value: T): T = ShiftRegister(value, 2)
  private val sign = delayed(a.sign ^ b.sign)
  private val nan = delayed(a.isNaN || b.isNaN || (a.isInf && b.isZero) || (a.isZero && b.isInf))
  private val inf = delayed(a.isInf || b.isInf)
  private val zero = delayed(a.isZero || b.isZero)
  private val exponents = delayed(a.exponent +& b.exponent)
  private val product = RegNext(RegNext(a.significand) * RegNext(b.significand)) // in [2^46, 2^48)

  private val high = product(47)
  private val normal = Mux(high, product, Cat(product(46, 0), 0.U(1.W)))
  private val field = (exponents +& high).zext - 127.S

  io.out := RegNext(
    MuxCase(
      Fp32.round(sign, field, normal, 48),
      Seq(nan -> Fp32.NaN, inf -> Fp32.infinity(sign), zero -> Fp32.zero(sign))
    )
  )
}

object Fp32Mul {

  /** Cycles from operands to result. */
  val Latency = 3

  /** An instance, wired. */
  def apply(a: UInt, b: UInt): UInt = {
    val unit = Module(new Fp32Mul)
    unit.io.a := a
    unit.io.b := b
    unit.io.out
  }
}
