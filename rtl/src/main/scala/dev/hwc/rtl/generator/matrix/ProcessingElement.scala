package dev.hwc.rtl.generator.matrix

import chisel3._

/** One multiply-accumulate a cycle (N16): operand registers, product, sum. `first` comes with the product of a block's
  * first element; the operands pass on.
  */
final class ProcessingElement extends Module {
  val io = IO(new Bundle {
    val activation = Input(SInt(8.W))
    val weight = Input(SInt(8.W))
    val first = Input(Bool())
    val activationOut = Output(SInt(8.W))
    val weightOut = Output(SInt(8.W))
    val sum = Output(SInt(MatrixSizes.SumBits.W))
  })
  private val activation = RegNext(io.activation)
  private val weight = RegNext(io.weight)
  private val product = RegNext(activation * weight)
  private val sum = Reg(SInt(MatrixSizes.SumBits.W))
  sum := Mux(io.first, 0.S, sum) + product

  io.activationOut := activation
  io.weightOut := weight
  io.sum := sum
}
