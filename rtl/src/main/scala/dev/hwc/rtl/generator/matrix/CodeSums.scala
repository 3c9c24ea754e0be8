package dev.hwc.rtl.generator.matrix

import chisel3._
import dev.hwc.rtl.generator.Geometry

/** Adds up the activation codes of a block, row by row, for weights with offsets: row i's codes come i cycles after row
  * 0's. A code at the input in cycle t is in the sum in t+2.
  */
final class CodeSums(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val codes = Input(Vec(g.rows, SInt(8.W)))

    /** With row 0's first code of a block. */
    val first = Input(Bool())
    val sums = Output(Vec(g.rows, SInt(MatrixSizes.CodeSumBits.W)))
  })
  private var first: Bool = io.first
  for (i <- 0 until g.rows) {
    first = RegNext(first)
    val sum = Reg(SInt(MatrixSizes.CodeSumBits.W))
    sum := Mux(first, 0.S, sum) + RegNext(io.codes(i))
    io.sums(i) := sum
  }
}
