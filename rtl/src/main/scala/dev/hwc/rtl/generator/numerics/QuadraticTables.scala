package dev.hwc.rtl.generator.numerics

import chisel3._
import chisel3.util.log2Ceil
import dev.hwc.ir.numerics.FunctionTables

/** Some of the function tables as read-only memories, with the widths their coefficients and results need (N7). All
  * bounds come from the coefficients, over every segment and every argument within it.
  */
final class QuadraticTables(tables: Seq[FunctionTables]) {
  private val segments = FunctionTables.SEGMENTS
  private val bits = FunctionTables.SEGMENT_BITS

  /** Width of the two's-complement coefficients C1 and C2, and of C0, which is never negative. */
  val c0Width: Int = unsignedWidth(coefficients(0))
  val c1Width: Int = signedWidth(coefficients(1))
  val c2Width: Int = signedWidth(coefficients(2))

  private val ts: Seq[Seq[Long]] = tables.map(tOf).flatten

  /** Width of t = C1 + ((C2·g) >> 17), two's complement. */
  val tWidth: Int = signedWidth(ts.flatten)

  private val ys: Seq[Long] = tables.flatMap(yOf)

  /** Width of the result y, never negative. */
  val yWidth: Int = unsignedWidth(ys)

  /** Most places the leading one of a result can be below its highest bit. */
  val maxShift: Int = yWidth - unsignedWidth(Seq(ys.min))

  /** Coefficient of a degree, two's complement for 1 and 2; combinational. */
  def coefficient(degree: Int, table: UInt, segment: UInt): UInt = {
    val width = Seq(c0Width, c1Width, c2Width)(degree)
    val roms = tables.map { t =>
      tree((0 until segments).map(i => bitsOf(t.coefficient(degree, i), width)), segment, log2Ceil(segments))
    }
    roms.init.zipWithIndex.foldRight(roms.last) { case ((rom, i), rest) => Mux(table === i.U, rom, rest) }
  }

  /** Index of a table for [[coefficient]]. */
  def index(table: FunctionTables): UInt = {
    val i = tables.indexOf(table)
    require(i >= 0, s"table $table is not among ${tables.mkString(", ")}")
    i.U(2.W)
  }

  /** A tree of multiplexers, highest index bit first: synthesis sees a table, simulation takes six branches. */
  private def tree(values: Seq[UInt], index: UInt, bits: Int): UInt =
    if (bits == 0) values.head
    else {
      val (low, high) = values.splitAt(values.size / 2)
      Mux(index(bits - 1), tree(high, index, bits - 1), tree(low, index, bits - 1))
    }

  private def bitsOf(value: Long, width: Int): UInt = (BigInt(value) & ((BigInt(1) << width) - 1)).U(width.W)

  private def coefficients(degree: Int): Seq[Long] =
    for (t <- tables; i <- 0 until segments) yield t.coefficient(degree, i)

  /** Extremes of t per segment: it is monotonic in g. */
  private def tOf(t: FunctionTables): Seq[Seq[Long]] = (0 until segments).map { i =>
    Seq(0L, largestG).map(g => t.coefficient(1, i) + ((t.coefficient(2, i) * g) >> bits))
  }

  /** Bounds of y per segment: t and g at their extremes, each on its own. */
  private def yOf(t: FunctionTables): Seq[Long] =
    tOf(t).zipWithIndex.flatMap { case (extremes, i) =>
      for (e <- extremes; g <- Seq(0L, largestG)) yield t.coefficient(0, i) + ((e * g) >> bits)
    }

  private def largestG: Long = (1L << bits) - 1

  private def unsignedWidth(values: Seq[Long]): Int = {
    require(values.min >= 0, s"${values.min} is negative")
    BigInt(values.max).bitLength
  }

  private def signedWidth(values: Seq[Long]): Int = values.map(BigInt(_).bitLength).max + 1
}
