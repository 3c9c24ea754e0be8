package dev.hwc.rtl.generator.ecc

import chisel3._
import chisel3.util._

/** What a code word says.
  *
  * @param data
  *   right unless `failed`
  * @param corrected
  *   one bit, of data or of check, was wrong
  * @param failed
  *   more are wrong than can be corrected
  */
final case class Decoded(data: UInt, corrected: Bool, failed: Bool)

/** A code of odd-weight columns: corrects one wrong bit, finds every two. A word is the data with the check bits above;
  * data 0 has check bits 0.
  *
  * Each data bit has a column, the check bits it is part of. Columns differ, have 3, 5, … ones, and are chosen so that
  * the check bits have about equally many data bits each. One wrong bit leaves its column as syndrome, with an odd
  * number of ones; two leave an even one. Source: M. Y. Hsiao, "A class of optimal minimum odd-weight-column SEC-DED
  * codes", IBM Journal of Research and Development 14(4), 1970.
  */
final class Hsiao(val dataBits: Int) {

  /** As few as leave enough odd columns: 2^(r−1) of r bits, of which r stand for the check bits themselves. */
  val checkBits: Int = Iterator.from(3).find(r => (1 << (r - 1)) >= dataBits + r).get
  val wordBits: Int = dataBits + checkBits

  /** Column of each data bit. */
  val columns: Seq[Int] = choose(Nil, 3)

  /** Adds columns, lightest first; of equal weight the one whose check bits are used least so far, then the smallest.
    */
  @annotation.tailrec
  private def choose(chosen: Seq[Int], weight: Int): Seq[Int] = {
    val left = (1 until 1 << checkBits).filter(c => Integer.bitCount(c) == weight && !chosen.contains(c))
    if (chosen.size == dataBits) chosen
    else if (left.isEmpty) choose(chosen, weight + 2)
    else {
      val load = Seq.tabulate(checkBits)(row => chosen.count(c => (c >> row & 1) == 1))
      def cost(column: Int): Int = load.zipWithIndex.map { case (l, row) => (column >> row & 1) * (1 << l.min(26)) }.sum
      choose(chosen :+ left.minBy(c => (cost(c), c)), weight)
    }
  }

  private def checks(data: UInt): UInt =
    VecInit(Seq.tabulate(checkBits)(row => parity(data, columns.map(c => (c >> row & 1) == 1)))).asUInt

  private def parity(bits: UInt, members: Seq[Boolean]): Bool =
    VecInit(members.zipWithIndex.collect { case (true, i) => bits(i) }).asUInt.xorR

  /** The code word of data. */
  def encode(data: UInt): UInt = checks(data) ## data(dataBits - 1, 0)

  /** What a stored word says. */
  def decode(word: UInt): Decoded = {
    val data = word(dataBits - 1, 0)
    val syndrome = checks(data) ^ word(wordBits - 1, dataBits)
    val wrong = VecInit(columns.map(c => syndrome === c.U)).asUInt
    val wrongCheck = PopCount(syndrome) === 1.U
    val corrected = wrong.orR || wrongCheck
    Decoded(data ^ wrong, corrected, syndrome.orR && !corrected)
  }
}

/** The code by itself, for its test and for its area. */
final class HsiaoBench(dataBits: Int) extends Module {
  private val code = new Hsiao(dataBits)
  override def desiredName: String = s"Hsiao$dataBits"
  val io = IO(new Bundle {
    val data = Input(UInt(dataBits.W))

    /** Bits to be wrong. */
    val flips = Input(UInt(code.wordBits.W))
    val word = Output(UInt(code.wordBits.W))
    val decoded = Output(UInt(dataBits.W))
    val corrected = Output(Bool())
    val failed = Output(Bool())
  })
  io.word := code.encode(io.data)
  private val found = code.decode(io.word ^ io.flips)
  io.decoded := found.data
  io.corrected := found.corrected
  io.failed := found.failed
}
