package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** Shifts the leading one of a word to its highest bit: combinational, in steps of powers of two, largest first. */
object Normalizer {

  /** Steps for a word of this many bits: 32, 16, … 1 for 64 bits. */
  def steps(width: Int): Seq[Int] = (log2Ceil(width) - 1 to 0 by -1).map(1 << _)

  /** @param width
    *   bits of the word, at least 2; registers hide theirs until after elaboration
    * @return
    *   the word and how far it was shifted left; 0 stays 0
    */
  def apply(word: UInt, width: Int): (UInt, UInt) = apply(word, width, steps(width))

  /** Some of the steps, so that a register can stand between them. The shifts of all steps add up. */
  def apply(word: UInt, width: Int, steps: Seq[Int]): (UInt, UInt) = {
    steps.foldLeft((word, 0.U(1.W): UInt)) { case ((bits, shift), step) =>
      val empty = !bits(width - 1, width - step).orR
      (Mux(empty, Cat(bits(width - step - 1, 0), 0.U(step.W)), bits), shift | Mux(empty, step.U, 0.U))
    }
  }
}
