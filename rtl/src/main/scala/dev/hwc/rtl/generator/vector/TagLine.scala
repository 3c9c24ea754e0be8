package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.Geometry

/** Tags that accompany words through the pipeline.
  *
  * @param over
  *   last cycle of a pass: all its words are done, also where taps of the next pass lie further down the line
  */
final class TagLine(g: Geometry, issued: Valid[WordTag], length: Int, over: Bool) {
  private val line: Seq[Valid[WordTag]] = Iterator
    .iterate(issued) { before =>
      val after = Wire(Valid(new WordTag(g)))
      after.valid := RegNext(before.valid && !over, false.B)
      after.bits := RegNext(before.bits)
      after
    }
    .take(length + 1)
    .toSeq

  /** The tag of the word that was issued this many cycles ago. */
  def apply(cycles: Int): Valid[WordTag] = line(cycles)
}

/** A fixed delay in a memory, for wide words and many cycles. What comes out before the first word has passed is
  * unspecified.
  */
final class DelayLine(width: Int, cycles: Int) extends Module {
  require(cycles >= 2, s"a delay of $cycles cycles; a memory takes at least 2")
  override def desiredName: String = s"DelayLine${width}x$cycles"
  val io = IO(new Bundle {
    val in = Input(UInt(width.W))
    val out = Output(UInt(width.W))
  })
  private val words = SyncReadMem(cycles, UInt(width.W))
  private val place = RegInit(0.U(log2Ceil(cycles).W))
  private val next = Mux(place === (cycles - 1).U, 0.U, place + 1.U)
  place := next
  words.write(place, io.in)
  io.out := words.read(next)
}

object DelayLine {
  def apply(in: UInt, cycles: Int): UInt = {
    val line = Module(new DelayLine(in.getWidth, cycles))
    line.io.in := in
    line.io.out
  }

  /** A delayed word of lanes. */
  def apply(in: Vec[UInt], cycles: Int): Vec[UInt] = apply(in.asUInt, cycles).asTypeOf(in)
}
