package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._

/** Pipelined trees over the lanes. */
object Reduction {
  private val MaximumRadix = 4
  private val SumRadix = 2

  private def tree(values: Seq[UInt], radix: Int)(combine: (UInt, UInt) => UInt): UInt =
    if (values.size == 1) values.head
    else tree(values.grouped(radix).map(part => RegNext(part.reduce(combine))).toSeq, radix)(combine)

  private def levels(lanes: Int, radix: Int): Int =
    if (lanes == 1) 0 else 1 + levels((lanes + radix - 1) / radix, radix)

  /** Largest of unsigned values. */
  def maximum(values: Seq[UInt]): UInt = tree(values, MaximumRadix)(larger)

  def larger(a: UInt, b: UInt): UInt = Mux(a > b, a, b)

  def maximumLatency(lanes: Int): Int = levels(lanes, MaximumRadix)

  /** Sum of unsigned values, as wide as it needs. */
  def sum(values: Seq[UInt]): UInt = tree(values, SumRadix)(_ +& _)

  def sumLatency(lanes: Int): Int = levels(lanes, SumRadix)
}

/** The largest key of a group of words: a maximum over the lanes, then over the words. Exponents, scaled scores and
  * magnitudes go through the same tree, each in its pass (timing.md T15).
  *
  * The result of a group stands [[KeyMaximum.latency]] cycles after its last word.
  */
final class KeyMaximum(lanes: Int) extends Module {
  val io = IO(new Bundle {
    val keys = Input(Vec(lanes, UInt(32.W)))

    /** The tree's word, with [[Reduction.maximumLatency]], begins a group. */
    val first = Input(Bool())
    val valid = Input(Bool())
    val largest = Output(UInt(32.W))
  })
  private val word = Reduction.maximum(io.keys)
  private val best = Reg(UInt(32.W))
  when(io.valid) { best := Mux(io.first, word, Reduction.larger(best, word)) }
  io.largest := best
}

object KeyMaximum {

  /** Cycles from the keys of a group's last word to its largest. */
  def latency(lanes: Int): Int = Reduction.maximumLatency(lanes) + 1

  /** Minus infinity as a key. */
  def lowest: UInt = "h007FFFFF".U(32.W)

  /** An fp32 value that is no NaN as an unsigned key of the same order. */
  def of(x: UInt): UInt = Mux(x(31), (~x).asUInt, Cat(true.B, x(30, 0)))

  /** The value of a key. */
  def value(key: UInt): UInt = Mux(key(31), Cat(false.B, key(30, 0)), (~key).asUInt)
}
