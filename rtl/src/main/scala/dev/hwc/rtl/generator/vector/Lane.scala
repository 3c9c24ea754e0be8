package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.numerics._

/** When things happen in a lane, in cycles after its operands. */
object LaneTiming {

  /** copy, add, mul, rope, norm, dequant: a value. */
  val Short: Int = Fp32Mul.Latency + Fp32Add.Latency

  /** softmax: the scaled score. */
  val Scaled: Int = Fp32Mul.Latency

  /** softmax: the exponential; it comes after product and sum. */
  val Exponential: Int = Short + FunctionUnit.ExpLatency

  /** silumul: 1 + e^−|x| has its reciprocal. */
  val Sigmoid: Int = FunctionUnit.ExpLatency + Fp32Add.Latency + FunctionUnit.RecipLatency

  /** silumul: x·sigmoid(x) begins; softmax: the exponential times the row's factor. */
  val LateA: Int = Sigmoid + Fp32Mul.Latency

  /** The product with B. */
  val LateB: Int = LateA + Fp32Mul.Latency

  /** silumul, softmax: a value. */
  val Deep: Int = LateB + Fp32Mul.Latency
  require(LateA == Exponential + FunctionUnit.RecipLatency, "softmax waits as long as silumul for its reciprocal")
}

/** One lane: three multipliers, an adder, an exponential and a reciprocal, which the functions share. A command has one
  * function, and its words follow each other at most one per cycle, so that a unit never serves two of them at once.
  *
  * {{{
  *          multiplier 1       adder            exp        adder     recip    multiplier 1   multiplier 2   multiplier 3
  * add                         a+b
  * mul      a·b
  * dequant  code·scale
  * rope     x₀·c (and mul. 2)  ±
  * norm     x·r (then mul. 2: ·w)
  * softmax  a·c                −max             e                                           e·r            ·dv
  * silumul                                      z=e^−|a|   1+z       r        r or z·r       ·a             ·b
  * }}}
  *
  * @param odd
  *   second of a pair of lanes (rope)
  */
final class Lane(odd: Boolean) extends Module {
  override def desiredName: String = if (odd) "LaneOdd" else "LaneEven"
  val io = IO(new Bundle {
    val context = Input(new Context)
    val a = Input(UInt(32.W))
    val b = Input(UInt(32.W))

    /** Operands of the pair's other lane. */
    val otherA = Input(UInt(32.W))
    val otherB = Input(UInt(32.W))

    /** A at [[LaneTiming.LateA]], B of [[firstB]] at [[LaneTiming.LateB]]. */
    val lateA = Input(UInt(32.W))
    val lateB = Input(UInt(32.W))

    /** A's sign at [[LaneTiming.Sigmoid]]. */
    val lateSign = Input(Bool())

    /** The row's: norm r with the operands, softmax 1/S at LateA. */
    val factor = Input(UInt(32.W))

    /** softmax: largest scaled score of the row, with the operands. */
    val maximum = Input(UInt(32.W))

    /** B as fp32, a cycle after the operands. */
    val firstB = Output(UInt(32.W))
    val scaled = Output(UInt(32.W))

    /** NaN counts as 0 (N26). */
    val exponential = Output(UInt(32.W))
    val exponentialNaN = Output(Bool())
    val value = Output(UInt(32.W))
  })
  import LaneTiming._
  private val decoded = new Decoded(io.context.command)
  import decoded._
  private val add = is(dev.hwc.ir.isa.VectorFunction.ADD)
  private val mul = is(dev.hwc.ir.isa.VectorFunction.MUL)
  private def negated(x: UInt): UInt = Cat(!x(31), x(30, 0))

  private val multiplier1 = Module(new Fp32Mul)
  private val multiplier2 = Module(new Fp32Mul)
  private val adder = Module(new Fp32Add)

  // Operands as fp32.
  private val code = RegNext(Conversions.int8(io.a))
  io.firstB := RegNext(Mux(dequant || softmax, Conversions.binary16(io.b), io.b))

  // Exponential.
  private val exp = FunctionUnit(LaneFunction.Exp, Mux(silu, Cat(true.B, io.a(30, 0)), adder.io.out))
  private val isNaN = Fp32.fields(exp).isNaN
  io.exponential := Mux(isNaN, 0.U, exp)
  io.exponentialNaN := isNaN
  // Both wait for the reciprocal; z of silumul was there before the sum.
  private val exponential = ShiftRegister(Mux(softmax, io.exponential, exp), FunctionUnit.RecipLatency)
  private val z = ShiftRegister(exponential, Fp32Add.Latency)

  private val recip = FunctionUnit(LaneFunction.Recip, adder.io.out)
  multiplier1.io.a := MuxCase(
    io.a,
    Seq(
      silu -> Mux(io.lateSign, z, Fp32.One),
      dequant -> code,
      rope -> (if (odd) io.otherA else io.a)
    )
  )
  multiplier1.io.b := MuxCase(
    io.b,
    Seq(silu -> recip, dequant -> io.firstB, norm -> io.factor, softmax -> io.context.command.k0(31, 0))
  )
  private val product1 = multiplier1.io.out
  io.scaled := product1

  multiplier2.io.a := MuxCase(
    product1,
    Seq(silu -> io.lateA, softmax -> exponential, rope -> (if (odd) io.a else io.otherA))
  )
  multiplier2.io.b := MuxCase(
    ShiftRegister(io.firstB, Fp32Mul.Latency - 1),
    Seq(silu -> product1, softmax -> io.factor, rope -> io.otherB)
  )
  private val product2 = multiplier2.io.out

  adder.io.a := MuxCase(io.a, Seq(silu -> Fp32.One, (rope || softmax) -> product1))
  adder.io.b := MuxCase(
    io.b,
    Seq(
      silu -> exp,
      rope -> (if (odd) product2 else negated(product2)),
      softmax -> negated(ShiftRegister(io.maximum, Scaled))
    )
  )
  private val sum = adder.io.out

  // Short values: at 4 what is there by then, at 7 all.
  private val early = MuxCase(
    ShiftRegister(io.a, Fp32Add.Latency),
    Seq(add -> sum, mul -> RegNext(product1), dequant -> product1)
  )
  private val short = MuxCase(
    ShiftRegister(early, Short - Fp32Add.Latency),
    Seq(rope -> sum, norm -> RegNext(product2))
  )
  io.value := Mux(deep, Fp32Mul(product2, io.lateB), short)
}
