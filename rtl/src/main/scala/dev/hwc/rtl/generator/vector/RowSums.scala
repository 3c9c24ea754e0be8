package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.Geometry
import dev.hwc.rtl.generator.numerics.{FunctionUnit, ToFixed}

/** Integer terms of a lane: norm xi² with xi = rne(x·2^(149−E)) (N24), softmax floor(e·2³⁰) (N26). */
final class SumTerm extends Module {
  val io = IO(new Bundle {
    val norm = Input(Bool())
    val x = Input(UInt(32.W))
    val exponent = Input(UInt(8.W))
    val exponential = Input(UInt(32.W))
    val term = Output(UInt(SumTerm.Width.W))
  })
  // Of |x|, for only the square counts and rounding is symmetric; at most 2^23.
  private val integer = ToFixed(Cat(false.B, io.x(30, 0)), (149.S(10.W) - io.exponent.zext).asTypeOf(SInt(10.W)), 24)
  private val magnitude = integer.asUInt(23, 0)
  private val square = RegNext(RegNext(magnitude) * RegNext(magnitude))
  private val fixed = ToFixed.floor(io.exponential, 30.S(10.W), 31)
  io.term := Mux(io.norm, square(SumTerm.Width - 1, 0), fixed)
}

object SumTerm {

  /** At most 2^46. */
  val Width = 47

  /** Cycles from operand to square. */
  val SquareLatency: Int = ToFixed.Latency + 2
}

/** Sums of a row's terms over lanes and words, exact; at most 65,536 terms, so below 2^63.
  *
  * Twice a tag: a norm's terms come [[SumTerm.SquareLatency]] after its operands, a softmax's after the exponential.
  */
final class RowSums(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val norm = Input(Bool())
    val x = Input(Vec(g.lanes, UInt(32.W)))
    val exponent = Input(UInt(8.W))
    val exponential = Input(Vec(g.lanes, UInt(32.W)))

    /** With the terms. */
    val tag = Flipped(Valid(new WordTag(g)))
    val sum = Valid(UInt(64.W))
    val row = Output(UInt(VectorWidths.RowBits.W))
  })
  private val terms = Seq.tabulate(g.lanes) { lane =>
    val term = Module(new SumTerm)
    term.io.norm := io.norm
    term.io.x := io.x(lane)
    term.io.exponent := io.exponent
    term.io.exponential := io.exponential(lane)
    Mux(io.tag.bits.mask(lane), term.io.term, 0.U)
  }
  private val word = Reduction.sum(terms)
  private val latency = Reduction.sumLatency(g.lanes)
  private val valid = ShiftRegister(io.tag.valid, latency, false.B, true.B)
  private val tag = ShiftRegister(io.tag.bits, latency)
  private val total = Reg(UInt(64.W))
  when(valid) { total := Mux(tag.firstOfRow, 0.U, total) + word }
  io.sum.valid := RegNext(valid && tag.lastOfRow, false.B)
  io.sum.bits := total
  io.row := RegNext(tag.row)
}

object RowSums {

  /** Cycles from terms to the sum of a row. */
  def latency(lanes: Int): Int = Reduction.sumLatency(lanes) + 1
}
