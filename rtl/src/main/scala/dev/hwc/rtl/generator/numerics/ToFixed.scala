package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** The integer nearest to x·2^shift, or with `floor` the largest one not above it for x ≥ 0; one per cycle (N6, N24,
  * N26). Twins: `dev.hwc.ir.numerics.Fp32.toFixed` and `toFixedFloor`. x finite; the caller guarantees that the result
  * fits.
  *
  * Stages: shift distance | shift and round.
  *
  * @param magnitudeBits
  *   bits of the largest magnitude
  */
final class ToFixed(magnitudeBits: Int, floor: Boolean) extends Module {
  val io = IO(new Bundle {
    val x = Input(UInt(32.W))
    val shift = Input(SInt(10.W))
    val out = Output(SInt((magnitudeBits + 1).W))
  })
  override def desiredName: String = s"ToFixed$magnitudeBits${if (floor) "Floor" else ""}"

  private val x = Fp32.fields(io.x)
  // With distance 0 the leading one is the highest bit of the result; beyond the limit nothing is left of it.
  private val limit = magnitudeBits + 1
  private val distance = (magnitudeBits - 24 + 150).S - io.shift -& x.exponent.zext
  private val right = RegNext(Mux(distance > limit.S, limit.U, distance(log2Ceil(limit + 1) - 1, 0)))
  private val significand = RegNext(x.significand)
  private val sign = RegNext(x.sign)

  private val width = (magnitudeBits + 1).max(24)
  private val (shifted, lost) = StickyShift(Cat(significand, 0.U((width - 24).W)), width, right, log2Ceil(limit + 1))
  private val kept = shifted(width - 1, width - magnitudeBits)
  private val half = shifted(width - magnitudeBits - 1)
  private val below = if (width > magnitudeBits + 1) shifted(width - magnitudeBits - 2, 0).orR else false.B
  private val sticky = lost || below
  private val up = !floor.B && half && (sticky || kept(0))
  // −(kept + up) is ~kept + !up: one adder rounds and negates.
  private val negative = !floor.B && sign
  private val magnitude = Mux(negative, (~kept.pad(magnitudeBits + 1)).asUInt, kept.pad(magnitudeBits + 1))

  io.out := RegNext((magnitude + (up ^ negative)).asSInt)
}

object ToFixed {

  /** Cycles from fp32 to integer. */
  val Latency = 2

  /** An instance that rounds to nearest even, wired. */
  def apply(x: UInt, shift: SInt, magnitudeBits: Int): SInt = instance(x, shift, magnitudeBits, floor = false)

  /** An instance that rounds down, for x ≥ 0, wired. */
  def floor(x: UInt, shift: SInt, magnitudeBits: Int): UInt =
    instance(x, shift, magnitudeBits, floor = true)(magnitudeBits - 1, 0)

  private def instance(x: UInt, shift: SInt, magnitudeBits: Int, floor: Boolean): SInt = {
    val unit = Module(new ToFixed(magnitudeBits, floor))
    unit.io.x := x
    unit.io.shift := shift
    unit.io.out
  }
}
