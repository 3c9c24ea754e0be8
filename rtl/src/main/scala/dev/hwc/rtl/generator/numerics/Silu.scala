package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** 1/(1+e⁻ˣ), one per cycle (N11). Twin: `dev.hwc.ir.numerics.Functions.sigmoid`. */
final class Sigmoid extends Module {
  val io = IO(new Bundle {
    val x = Input(UInt(32.W))
    val out = Output(UInt(32.W))
  })
  private val x = Fp32.fields(io.x)
  private val z = FunctionUnit(LaneFunction.Exp, Cat(true.B, io.x(30, 0)))
  private val r = FunctionUnit(LaneFunction.Recip, Fp32Add(Fp32.One, z))
  private val factor = Mux(ShiftRegister(x.sign && !x.isZero, FunctionUnit.ExpLatency), z, Fp32.One)
  // x ≥ 0: 1·r = r
  io.out := Fp32Mul(ShiftRegister(factor, Fp32Add.Latency + FunctionUnit.RecipLatency), r)
}

object Sigmoid {
  val Latency: Int = FunctionUnit.ExpLatency + Fp32Add.Latency + FunctionUnit.RecipLatency + Fp32Mul.Latency

  /** An instance, wired. */
  def apply(x: UInt): UInt = {
    val unit = Module(new Sigmoid)
    unit.io.x := x
    unit.io.out
  }
}

/** x·sigmoid(x), one per cycle (N11). Twin: `dev.hwc.ir.numerics.Functions.silu`. */
final class Silu extends Module {
  val io = IO(new Bundle {
    val x = Input(UInt(32.W))
    val out = Output(UInt(32.W))
  })
  io.out := Fp32Mul(ShiftRegister(io.x, Sigmoid.Latency), Sigmoid(io.x))
}

object Silu {
  val Latency: Int = Sigmoid.Latency + Fp32Mul.Latency

  /** An instance, wired. */
  def apply(x: UInt): UInt = {
    val unit = Module(new Silu)
    unit.io.x := x
    unit.io.out
  }
}
