package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** The value y·2^e of a non-negative integer as fp32, one per cycle (N5). Twin: `dev.hwc.ir.numerics.Fp32.pack`.
  *
  * Stages: coarse shift | fine shift | round.
  *
  * @param width
  *   bits of y, at least 24
  * @param exponentWidth
  *   bits of the two's-complement exponent
  */
final class Pack(width: Int, exponentWidth: Int) extends Module {
  val io = IO(new Bundle {
    val y = Input(UInt(width.W))
    val e = Input(SInt(exponentWidth.W))
    val out = Output(UInt(32.W))
  })
  override def desiredName: String = s"Pack$width"

  private val (coarse, fine) = Normalizer.steps(width).splitAt(Normalizer.steps(width).size / 2)
  private val (word, shift) = Normalizer(io.y, width, coarse)
  private val (word1, shift1) = (RegNext(word), RegNext(shift))
  private val (normal, shiftFine) = Normalizer(word1, width, fine)
  private val normal2 = RegNext(normal)
  // The leading one at the top has the weight 2^(width-1+e).
  private val field = RegNext(RegNext(io.e +& (width - 1 + 127).S) -& (shift1 | shiftFine).zext)

  io.out := RegNext(Mux(normal2(width - 1), Fp32.round(false.B, field, normal2, width), 0.U))
}

object Pack {

  /** Cycles from integer to fp32. */
  val Latency = 3

  /** An instance, wired. */
  def apply(y: UInt, e: SInt, width: Int, exponentWidth: Int): UInt = {
    val unit = Module(new Pack(width, exponentWidth))
    unit.io.y := y
    unit.io.e := e
    unit.io.out
  }
}
