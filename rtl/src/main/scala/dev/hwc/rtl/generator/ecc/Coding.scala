package dev.hwc.rtl.generator.ecc

import chisel3._

/** What reading words of a memory showed: one bit per code word, none where words have no check bits. */
class Checks(codeWords: Int) extends Bundle {
  val corrected = UInt(codeWords.W)
  val failed = UInt(codeWords.W)

  /** Those of the code words that count. */
  def only(used: UInt): Checks = {
    val checks = Wire(new Checks(codeWords))
    if (codeWords == 0) checks := 0.U.asTypeOf(checks)
    else {
      checks.corrected := corrected & used
      checks.failed := failed & used
    }
    checks
  }
}

object Checks {

  /** Several, the first lowest. */
  def of(parts: Seq[Checks]): Checks = {
    val checks = Wire(new Checks(parts.map(_.failed.getWidth).sum))
    checks.corrected := VecInit(parts.map(_.corrected)).asUInt
    checks.failed := VecInit(parts.map(_.failed)).asUInt
    checks
  }
}

/** How a memory stores its words: in pieces, each a code word, or as they are.
  *
  * @param pieceBits
  *   data of a code word: as much as is always written together
  */
final class Coding(val pieceBits: Int, secded: Boolean) {
  private lazy val code = new Hsiao(pieceBits)

  /** Bits of a piece in the memory. */
  val storedBits: Int = if (secded) code.wordBits else pieceBits

  /** Bits in the memory of this much data. */
  def stored(dataBits: Int): Int = pieces(dataBits) * storedBits

  /** Code words of this much data; 0 without check bits. */
  def codeWords(dataBits: Int): Int = if (secded) pieces(dataBits) else 0

  private def pieces(dataBits: Int): Int = {
    require(dataBits % pieceBits == 0, s"$dataBits bits are not pieces of $pieceBits")
    dataBits / pieceBits
  }

  /** As the memory stores it, piece by piece. */
  def encode(data: UInt): UInt =
    if (secded)
      VecInit(
        Seq.tabulate(pieces(data.getWidth))(i => code.encode(data(pieceBits * (i + 1) - 1, pieceBits * i)))
      ).asUInt
    else data

  /** The data that were stored, and what reading showed. */
  def decode(stored: UInt): (UInt, Checks) = {
    val count = stored.getWidth / storedBits
    val checks = Wire(new Checks(if (secded) count else 0))
    if (!secded) {
      checks := 0.U.asTypeOf(checks)
      (stored, checks)
    } else {
      val words = Seq.tabulate(count)(i => code.decode(stored(storedBits * (i + 1) - 1, storedBits * i)))
      checks.corrected := VecInit(words.map(_.corrected)).asUInt
      checks.failed := VecInit(words.map(_.failed)).asUInt
      (VecInit(words.map(_.data)).asUInt, checks)
    }
  }
}
