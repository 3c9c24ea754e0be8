package dev.hwc.rtl.generator.vector

import chisel3._
import dev.hwc.ir.isa.{VectorFunction, VectorTarget}
import dev.hwc.rtl.generator.VectorCommand

/** Passes over the rows of a batch (timing.md T15). The numbers are only this package's. */
object Pass {
  val Width = 3
  val Exponents = 0
  val Squares = 1
  val Maximum = 2
  val Exponentials = 3
  val Scales = 4
  val Write = 5

  /** Bits of the cycles a pass takes beyond those of its words. */
  val DepthBits = 7

  // Depths of T15; VectorUnit checks at elaboration that each pass is done by then.
  val ExponentsDepth = 8
  val MaximumDepth = 12
  val SumDepth = 64
  val ScalesDepth = 32

  /** Of silumul and softmax. */
  val DeepScalesDepth = 72
  val WriteDepth = 16

  /** Of silumul and softmax. */
  val DeepWriteDepth = 56
}

/** What the fields of a command mean; all combinational. */
final class Decoded(command: VectorCommand) {
  def is(function: VectorFunction): Bool = command.function === function.ordinal.U

  def to(target: VectorTarget): Bool = command.kind === target.ordinal.U

  val norm: Bool = is(VectorFunction.NORM)
  val softmax: Bool = is(VectorFunction.SOFTMAX)
  val dequant: Bool = is(VectorFunction.DEQUANT)
  val silu: Bool = is(VectorFunction.SILUMUL)
  val rope: Bool = is(VectorFunction.ROPE)

  /** The long way through the lanes. */
  val deep: Bool = silu || softmax
  val readsB: Bool = !is(VectorFunction.COPY)
  val activation: Bool = to(VectorTarget.ACTIVATION_A8)
  val storeInt8: Bool = to(VectorTarget.STORE_INT8)
  val quantizes: Bool = activation || storeInt8

  /** A and B come through one port, in two cycles. */
  val samePort: Bool = readsB && command.memoryA === command.memoryB

  /** i4 codes (dequant). */
  val nibbles: Bool = command.format(0)
}
