package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._

/** One multiply-accumulate a cycle (N16): operand registers, product, sum. `first` comes with the product of a block's
  * first element; the operands pass on.
  *
  * A gated element is told about its weight: of 0, product and sum are not clocked, but `first` still clears the sum;
  * of 1 or −1, the activation or its negative takes the product's place. In both cases the multiplier's operands are
  * zero.
  */
final class ProcessingElement(gated: Boolean) extends Module {
  val io = IO(new Bundle {
    val activation = Input(SInt(8.W))
    val weight = Input(SInt(8.W))
    val first = Input(Bool())
    val activationOut = Output(SInt(8.W))
    val weightOut = Output(SInt(8.W))
    val sum = Output(SInt(MatrixSizes.SumBits.W))

    /** Of the weight. */
    val kind = Option.when(gated)(Input(new WeightKind))
    val kindOut = Option.when(gated)(Output(new WeightKind))
  })
  private val activation = RegNext(io.activation)
  private val weight = RegNext(io.weight)
  private val product = Reg(SInt(16.W))
  private val sum = Reg(SInt(MatrixSizes.SumBits.W))
  private val next = Mux(io.first, 0.S, sum) + product
  io.kind match {
    case None =>
      product := activation * weight
      sum := next
    case Some(input) =>
      val kind = RegNext(input)
      val skipped = RegNext(kind.zero)
      when(!kind.zero) { product := term(kind) }
      when(!skipped) { sum := next }.elsewhen(io.first) { sum := 0.S }
      io.kindOut.foreach(_ := kind)
  }

  /** The product by a weight that is not 0. */
  private def term(kind: WeightKind): SInt = {
    val multiplies = !kind.zero && !kind.unit
    val product = Mux(multiplies, activation, 0.S) * Mux(multiplies, weight, 0.S)
    val negative = weight(7)
    val signed = (activation.pad(9).asUInt ^ Fill(9, negative)) + negative
    Mux(kind.unit, signed.asSInt, product)
  }

  io.activationOut := activation
  io.weightOut := weight
  io.sum := sum
}
