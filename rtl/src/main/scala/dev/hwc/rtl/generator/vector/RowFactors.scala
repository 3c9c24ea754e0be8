package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.Geometry
import dev.hwc.rtl.generator.numerics._

/** From a row's sum to its factor, one row per cycle: norm r = 1/√(S·2^2(E−149)/n + eps) (N24), softmax 1/S (N26).
  *
  * Stages: pack; for norm ·1/n | ·p | ·p | +eps; reciprocal or inverse root.
  */
final class RowFactors extends Module {
  val io = IO(new Bundle {
    val context = Input(new Context)
    val sum = Flipped(Valid(UInt(64.W)))
    val row = Input(UInt(VectorWidths.RowBits.W))

    /** E of the row (norm). */
    val exponent = Input(UInt(8.W))
    val factor = Valid(UInt(32.W))
    val factorRow = Output(UInt(VectorWidths.RowBits.W))
  })
  private val command = io.context.command
  private val norm = new Decoded(command).norm
  private val functions = Seq(LaneFunction.Recip, LaneFunction.Rsqrt)
  private val rootInput = Pack.Latency + 3 * Fp32Mul.Latency + Fp32Add.Latency
  private val functionLatency = FunctionUnit.latency(functions)

  private val packed = Pack(io.sum.bits, Mux(norm, 0.S(10.W), (-30).S(10.W)), 64, 10)
  private val mean = Fp32Mul(packed, command.k0(31, 0))
  // 2^(E−149), 0 if that is below the normal range.
  private def power(after: Int): UInt = {
    val e = ShiftRegister(io.exponent, after)
    Mux(e < 23.U, 0.U(32.W), Cat(0.U(1.W), (e - 22.U)(7, 0), 0.U(23.W)))
  }
  private val once = Fp32Mul(mean, power(Pack.Latency + Fp32Mul.Latency))
  private val square = Fp32Mul(once, power(Pack.Latency + 2 * Fp32Mul.Latency))
  private val shifted = Fp32Add(square, command.k1(31, 0))

  private val function = Module(new FunctionUnit(functions))
  function.io.function := Mux(norm, LaneFunction.Rsqrt.code.U, LaneFunction.Recip.code.U)
  function.io.x := Mux(norm, shifted, packed)

  private def delayed[T <: Data](value: T, reset: T): T = {
    val long = ShiftRegister(value, rootInput + functionLatency, reset, true.B)
    val short = ShiftRegister(value, Pack.Latency + functionLatency, reset, true.B)
    Mux(norm, long, short)
  }
  private val infinite = norm && delayed(io.exponent, 0.U(8.W)).andR
  io.factor.valid := delayed(io.sum.valid, false.B)
  io.factor.bits := Mux(infinite, Fp32.NaN, function.io.out)
  io.factorRow := delayed(io.row, 0.U(VectorWidths.RowBits.W))
}

object RowFactors {

  /** Most cycles from sum to factor. */
  val Latency: Int =
    Pack.Latency + 3 * Fp32Mul.Latency + Fp32Add.Latency + FunctionUnit.RsqrtLatency
}
