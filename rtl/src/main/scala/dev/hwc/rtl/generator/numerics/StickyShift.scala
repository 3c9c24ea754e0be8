package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util._

/** Shifts a word right and says whether a one fell out: combinational, in steps of powers of two, largest first. No
  * stage is wider than the word, where one shift of the word with its tail would be nearly twice as wide.
  */
object StickyShift {

  /** @param width
    *   bits of the word; registers hide theirs until after elaboration
    * @param places
    *   how far; its lowest `bits` bits are looked at
    * @return
    *   the word, and the or of all bits shifted out of it
    */
  def apply(word: UInt, width: Int, places: UInt, bits: Int): (UInt, Bool) =
    (bits - 1 to 0 by -1).foldLeft((word, false.B)) { case ((value, lost), i) =>
      val step = (1 << i) min width
      val kept = if (step == width) 0.U(width.W) else value(width - 1, step).pad(width)
      (Mux(places(i), kept, value), lost || (places(i) && value(step - 1, 0).orR))
    }
}
