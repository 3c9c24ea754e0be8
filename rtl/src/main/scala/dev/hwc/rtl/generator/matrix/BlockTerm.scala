package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._

/** A block's contribution in units of 2^-20 (N17, N18): `value + round`, the carry being left to the accumulator's
  * adder. Twin: `dev.hwc.ir.numerics.BlockProduct.term`.
  *
  * Scales are given in cycle t, the sums in t+2, the term stands in t+7. With T = P·2^17 >> (155 − Ea − Ew), floor((P +
  * half) / 2^r) is (T >> 1) + T(0).
  */
final class BlockTerm extends Module {
  val io = IO(new Bundle {
    val activationScale = Input(UInt(15.W))
    val weightScale = Input(new WeightScale)
    val sum = Input(SInt(MatrixSizes.SumBits.W))

    /** Sum of the activations' codes, for the offset. */
    val codes = Input(SInt(MatrixSizes.CodeSumBits.W))
    val value = Output(SInt(MatrixSizes.TermBits.W))
    val round = Output(Bool())
    val saturated = Output(Bool())
  })
  private val exponent = io.activationScale(14, 7)
  private val mantissa = Mux(exponent.orR, 1.U(1.W) ## io.activationScale(6, 0), 0.U) // scale 0 has term 0
  private val scale = ShiftRegister((mantissa.zext * io.weightScale.mantissa)(19, 0).asSInt, 2)
  private val offset = ShiftRegister((mantissa.zext * io.weightScale.offset)(BlockTerm.OffsetBits - 1, 0).asSInt, 2)
  private val offsetProduct = RegNext(io.codes * offset)
  // The sum's lowest bits by an adder of their own: what is left fits the 25x18 multiplier of a DSP block.
  private val highProduct = RegNext(io.sum(MatrixSizes.SumBits - 1, 2).asSInt * scale)
  private val lowProduct = RegNext(Mux(io.sum(0), scale, 0.S) +& (Mux(io.sum(1), scale, 0.S) << 1).asSInt)
  private val product = RegNext(
    ((highProduct << 2).asSInt + lowProduct + offsetProduct)(BlockTerm.ProductBits - 1, 0).asSInt
  )

  // Cycle t+1 on
  private val exponents = RegNext(exponent +& io.weightScale.exponent)
  private val large = ShiftRegister(exponents > BlockTerm.LargestExponents.U, 3)
  private val rightShift = ShiftRegister(BlockTerm.rightShift(exponents), 3)

  // Cycle t+4
  private val padded = product.asUInt ## 0.U((BlockTerm.LeftShift + 1).W)
  private val coarse = RegNext((padded.asSInt >> (rightShift(5, 4) ## 0.U(4.W))).asSInt)
  private val tooLarge = ShiftRegister(large && product =/= 0.S, 2)
  // Cycle t+5
  private val shifted = RegNext(coarse >> RegNext(rightShift(3, 0))).asUInt
  // Cycle t+6
  private val negative = shifted(BlockTerm.ShiftedBits - 1)
  private val high = shifted(BlockTerm.ShiftedBits - 1, MatrixSizes.TermBits)
  private val low = shifted(MatrixSizes.TermBits - 1, 1)
  private val half = shifted(0)
  private val above = !negative && (high.orR || (low.andR && half))
  private val below = negative && (!high.andR || !(low.orR || half))
  private val saturated = tooLarge || above || below
  private val limit = negative ## Fill(MatrixSizes.TermBits - 2, !negative) ## 1.U(1.W)
  io.value := RegNext(Mux(saturated, limit, high(0) ## low)).asSInt
  io.round := RegNext(half && !saturated)
  io.saturated := RegNext(saturated)
}

object BlockTerm {

  /** From the scales to the term. */
  val Latency = 7

  /** From the scales to the sum. */
  val SumAfter = 2

  /** |P| < 2^38: without an offset by the sum's size, with one because its codes have four bits. */
  private val ProductBits = 39

  /** |activation mantissa·offset| < 2^23. */
  private val OffsetBits = 24

  /** Largest shift to the left that N18 makes; beyond, all but 0 saturates. */
  private val LeftShift = 16

  /** P with place for that shift and for the bit that rounds. */
  private val ShiftedBits = ProductBits + LeftShift + 1

  /** sh = Ea + Ew − 139. */
  private val LargestExponents = 139 + LeftShift

  /** Shift that leaves only signs. */
  private val MostRight = 63

  private def rightShift(exponents: UInt): UInt =
    Mux(exponents < (LargestExponents - MostRight).U, MostRight.U, LargestExponents.U - exponents)(5, 0)
}
