package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.FaultCode
import dev.hwc.rtl.generator.{EngineFault, Geometry, Isa, MatrixCommand, WeightFormat}

/** Whether the addresses of a command that starts are inside their buffers (isa.md §7): activation blocks, then weight
  * units; output words. The fault of a command that starts at s is there in cycle s+3, before anything of it is
  * completed or written.
  */
final class AddressCheck(g: Geometry, sizes: MatrixSizes) extends Module {
  val io = IO(new Bundle {
    val start = Input(Bool())
    val command = Input(new MatrixCommand)
    val stop = Input(Bool())
    val fault = Valid(new EngineFault)
  })

  /** An address or a count as far as it matters: above 17 bits it is outside. */
  private class Units extends Bundle {
    val low = UInt(MatrixSizes.UnitBits.W)
    val huge = Bool()
  }
  private def units(value: UInt): Units = {
    val u = Wire(new Units)
    u.low := value(MatrixSizes.UnitBits - 1, 0)
    u.huge := (value >> MatrixSizes.UnitBits).orR
    u
  }

  private val command = io.command
  // Cycle s+1: only what the check needs
  private val emit = RegEnable(command.emit, io.start)
  private val pc = RegEnable(command.tag.pc, io.start)
  private val first = RegEnable(Mux(command.emit, command.destination, command.activation), io.start)
  private val weight = RegEnable(command.weight, io.start)
  private val blocks = RegEnable(units(command.blocks), io.start)
  private val format = RegEnable(command.format, io.start)
  private val lastRow = RegEnable((command.m - 1.U)(sizes.rowBits - 1, 0), io.start)
  private val stride = RegEnable(command.stride, io.start)
  private val words = RegEnable((command.n +& (g.lanes - 1).U) >> log2Ceil(g.lanes), io.start)
  private val checked = RegNext(io.start && !io.stop, false.B)

  // Cycle s+2
  private val some = blocks.huge || blocks.low.orR
  private val activationEnd = RegNext(units(first).low +& blocks.low)
  private val activationHuge = RegNext(units(first).huge || blocks.huge)
  private val weightEnd = RegNext(units(weight).low +& WeightFormat.units(format, blocks.low))
  private val weightHuge = RegNext(units(weight).huge || blocks.huge)
  private val rowsBefore = RegNext(lastRow * stride)
  private val matmul2 = RegNext(checked && !emit && some && !io.stop, false.B)
  private val emit2 = RegNext(checked && emit && !io.stop, false.B)
  private val manyRows2 = RegNext(lastRow(sizes.rowBits - 1)) // more than half of the array's
  private val first2 = RegNext(first)
  private val weight2 = RegNext(weight)
  private val words2 = RegNext(words)
  private val pc2 = RegNext(pc)

  private val outputEnd = units(first2).low +& (rowsBefore +& words2)
  private val activationSize = Mux(manyRows2, g.activationBlocks.U, (2 * g.activationBlocks).U)
  private val noActivation = matmul2 && (activationHuge || activationEnd > activationSize)
  private val noWeight = matmul2 && (weightHuge || weightEnd > g.spec.weightUnits.U)
  private val noOutput = emit2 && (units(first2).huge || outputEnd > g.spec.outputWords.U)

  io.fault.valid := RegNext((noActivation || noWeight || noOutput) && !io.stop, false.B)
  io.fault.bits.code := FaultCode.BUFFER.number().U
  io.fault.bits.pc := RegNext(pc2)
  io.fault.bits.address := RegNext(Mux(noWeight && !noActivation, weight2, first2))
}
