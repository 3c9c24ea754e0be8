package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._
import dev.hwc.ir.numerics.FunctionTables

/** What a [[FunctionUnit]] can compute. */
sealed abstract class LaneFunction(val code: Int, val tables: Seq[FunctionTables])

object LaneFunction {

  /** 1/x (N8). */
  case object Recip extends LaneFunction(0, Seq(FunctionTables.RECIP))

  /** 1/√x (N9). */
  case object Rsqrt extends LaneFunction(1, Seq(FunctionTables.RSQRT_EVEN, FunctionTables.RSQRT_ODD))

  /** eˣ (N10). */
  case object Exp extends LaneFunction(2, Seq(FunctionTables.EXP2))
}

/** The elementary functions, one result per cycle (N7 to N10). Twin: `dev.hwc.ir.numerics.Functions`.
  *
  * Stages: for exp first X = rne(x·2^24) and X·log₂e (4 cycles, which the other functions wait); then coefficients |
  * C2·g | t | t·g | y | round.
  *
  * @param functions
  *   which of them to build; a unit for one function ignores `io.function`
  */
final class FunctionUnit(functions: Seq[LaneFunction]) extends Module {
  import LaneFunction._
  val io = IO(new Bundle {
    val function = Input(UInt(2.W))
    val x = Input(UInt(32.W))
    val out = Output(UInt(32.W))
  })
  override def desiredName: String = s"FunctionUnit${functions.mkString}"

  private val tables = new QuadraticTables(functions.flatMap(_.tables))
  private val lead = FunctionUnit.latency(functions) - FunctionUnit.TableLatency
  private val bits = ShiftRegister(io.x, lead)
  private val x = Fp32.fields(bits)
  private val fraction = bits(22, 0)
  private val exponent = x.exponent.zext - 127.S

  /** What the datapath needs: table, argument in it, sign and exponent of the result; or which result needs none. */
  private class Argument extends Bundle {
    val table = UInt(2.W)
    val fraction = UInt(23.W)
    val exponent = SInt(9.W)
    val sign = Bool()
    val nan = Bool()
    val inf = Bool()
    val zero = Bool()
  }

  private def argument(table: UInt, fraction: UInt, exponent: SInt, sign: Bool)(
      nan: Bool,
      inf: Bool,
      zero: Bool
  ): Argument = {
    val a = Wire(new Argument)
    a.table := table
    a.fraction := fraction
    a.exponent := exponent.pad(a.exponent.getWidth)(a.exponent.getWidth - 1, 0).asSInt
    a.sign := sign
    a.nan := nan
    a.inf := inf
    a.zero := zero
    a
  }

  private def recip: Argument =
    argument(tables.index(FunctionTables.RECIP), fraction, -exponent, x.sign)(
      nan = x.isNaN,
      inf = x.isZero,
      zero = x.isInf
    )

  private def rsqrt: Argument = {
    val even = tables.index(FunctionTables.RSQRT_EVEN)
    val odd = tables.index(FunctionTables.RSQRT_ODD)
    argument(Mux(exponent(0), odd, even), fraction, -(exponent >> 1), false.B)(
      nan = x.isNaN || (x.sign && !x.isZero),
      inf = x.isZero,
      zero = x.isInf
    )
  }

  private def exp: Argument = {
    val fixed = ToFixed(io.x, 24.S(10.W), 31)
    val product = ShiftRegister(fixed * FunctionUnit.Log2E.S, lead - ToFixed.Latency)
    val magnitude = bits(30, 0)
    argument(tables.index(FunctionTables.EXP2), product(53, 31), (product >> 54).asSInt, false.B)(
      nan = x.isNaN,
      inf = !x.sign && magnitude >= "h42B17217".U,
      zero = x.sign && magnitude >= "h42AEAC4F".U
    )
  }

  private val built = functions.map {
    case Recip => Recip -> recip
    case Rsqrt => Rsqrt -> rsqrt
    case Exp => Exp -> exp
  }
  private val function = ShiftRegister(io.function, lead)
  private val chosen = built.init.foldRight(built.last._2) { case ((f, a), rest) =>
    Mux(function === f.code.U, a, rest)
  }

  private val segment = chosen.fraction(22, 17)
  private def coefficient(degree: Int): UInt = RegNext(tables.coefficient(degree, chosen.table, segment))
  private val g = RegNext(chosen.fraction(16, 0))
  private val c0 = coefficient(0)
  private val c1 = coefficient(1).asSInt
  private val c2 = coefficient(2).asSInt

  private val square = RegNext(c2 * g)
  private val t = RegNext((RegNext(c1) +& (square >> 17)).asUInt(tables.tWidth - 1, 0).asSInt)
  private val linear = RegNext(t * ShiftRegister(g, 2))
  private val y = RegNext((ShiftRegister(c0, 3).zext +& (linear >> 17)).asUInt(tables.yWidth - 1, 0))

  // The leading one is at most maxShift places down.
  private val steps = Normalizer.steps(tables.maxShift + 1)
  private val (normal, shift) = if (tables.maxShift == 0) (y, 0.U(1.W)) else Normalizer(y, tables.yWidth, steps)
  private val end = ShiftRegister(chosen, FunctionUnit.TableLatency - 1)
  private val field = end.exponent +& (tables.yWidth - 1 - FunctionTables.SCALE_BITS + 127).S -& shift.zext

  io.out := RegNext(
    MuxCase(
      Fp32.round(end.sign, field, normal, tables.yWidth),
      Seq(end.nan -> Fp32.NaN, end.inf -> Fp32.infinity(end.sign), end.zero -> Fp32.zero(end.sign))
    )
  )
}

object FunctionUnit {
  import LaneFunction._

  /** All three. */
  val All: Seq[LaneFunction] = Seq(Recip, Rsqrt, Exp)

  /** log₂e·2³⁰ (N10). */
  private val Log2E = 1549082005L

  private val TableLatency = 6
  private val ReductionLatency = 4

  /** Cycles from argument to result, the same for every function of the unit: 6, or 10 with exp. */
  def latency(functions: Seq[LaneFunction]): Int =
    if (functions.contains(Exp)) ReductionLatency + TableLatency else TableLatency

  /** Latencies of units for one function. */
  val RecipLatency: Int = latency(Seq(Recip))
  val RsqrtLatency: Int = latency(Seq(Rsqrt))
  val ExpLatency: Int = latency(Seq(Exp))

  /** A unit for one function, wired. */
  def apply(function: LaneFunction, x: UInt): UInt = {
    val unit = Module(new FunctionUnit(Seq(function)))
    unit.io.function := function.code.U
    unit.io.x := x
    unit.io.out
  }
}
