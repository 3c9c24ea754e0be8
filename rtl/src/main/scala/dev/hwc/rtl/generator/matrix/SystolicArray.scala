package dev.hwc.rtl.generator.matrix

import chisel3._
import dev.hwc.rtl.generator.Geometry

/** R×C elements; activations pass to the right, weights down, each with one register.
  *
  * Operands of feed step f are at the inputs of row i (column j) in cycle f+3+i (f+3+j); sum (i, j) holds a block whose
  * last element was fed at f in cycle f+6+i+j, and only then if blocks follow each other.
  */
final class SystolicArray(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val activations = Input(Vec(g.rows, SInt(8.W)))
    val weights = Input(Vec(g.columns, SInt(8.W)))

    /** Of gated elements, with the weights. */
    val kinds = Option.when(g.gated)(Input(Vec(g.columns, new WeightKind)))

    /** With row 0's and column 0's operands of a block's first element. */
    val first = Input(Bool())
    val sums = Output(Vec(g.columns, Vec(g.rows, SInt(MatrixSizes.SumBits.W))))
  })
  private var rowFirst: Bool = io.first
  private var weights: Seq[SInt] = io.weights
  private var kinds: Seq[WeightKind] = io.kinds.getOrElse(Seq.empty)
  for (i <- 0 until g.rows) {
    var activation: SInt = io.activations(i)
    var first: Bool = RegNext(rowFirst) // with the operand registers of column 0
    val below = for (j <- 0 until g.columns) yield {
      val element = Module(new ProcessingElement(g.gated))
      first = RegNext(first) // with the product
      element.io.first := first
      element.io.activation := activation
      element.io.weight := weights(j)
      element.io.kind.foreach(_ := kinds(j))
      io.sums(j)(i) := element.io.sum
      activation = element.io.activationOut
      (element.io.weightOut, element.io.kindOut)
    }
    weights = below.map(_._1)
    kinds = below.flatMap(_._2)
    rowFirst = RegNext(rowFirst)
  }
}
