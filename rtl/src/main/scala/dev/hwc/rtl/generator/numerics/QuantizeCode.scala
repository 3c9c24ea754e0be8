package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** One element of a quantized group, one per cycle: clamp(rne(x·inverse), −127, 127) (N15). Twins:
  * `dev.hwc.ir.numerics.Quantize.finite` and `element`.
  *
  * Stages: product (3) | integer (2).
  */
final class QuantizeCode extends Module {
  val io = IO(new Bundle {
    val x = Input(UInt(32.W))

    /** Finite. */
    val inverse = Input(UInt(32.W))
    val code = Output(SInt(8.W))

    /** x was NaN or infinite: one more in `numericExceptions`. */
    val exception = Output(Bool())
  })
  private val x = Fp32.fields(io.x)
  private val largest = Cat(x.sign, "h7F7FFFFF".U(31.W))
  private val finite = MuxCase(io.x, Seq(x.isNaN -> 0.U, x.isInf -> largest))
  private val scaled = Fp32Mul(finite, io.inverse)
  private val clamped = ShiftRegister(scaled(30, 0) >= "h42FE0000".U, ToFixed.Latency) // 127
  private val sign = ShiftRegister(scaled(31), ToFixed.Latency)

  io.code := Mux(clamped, Mux(sign, (-127).S, 127.S), ToFixed(scaled, 0.S, 7))
  io.exception := ShiftRegister(x.isNaN || x.isInf, QuantizeCode.Latency)
}

object QuantizeCode {

  /** Cycles from element to code. */
  val Latency: Int = Fp32Mul.Latency + ToFixed.Latency
}
