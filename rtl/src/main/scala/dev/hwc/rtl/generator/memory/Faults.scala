package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.FaultCode
import dev.hwc.rtl.generator._

/** Faults of the memory side: their numbers and how they are made (isa.md §7). */
object Faults {
  val Window: UInt = number(FaultCode.WINDOW)
  val Alignment: UInt = number(FaultCode.ALIGNMENT)
  val Buffer: UInt = number(FaultCode.BUFFER)
  val ReadError: UInt = number(FaultCode.READ_ERROR)
  val WriteError: UInt = number(FaultCode.WRITE_ERROR)
  val BusTimeout: UInt = number(FaultCode.BUS_TIMEOUT)
  val BusProtocol: UInt = number(FaultCode.BUS_PROTOCOL)

  private def number(code: FaultCode): UInt = code.number.U(4.W)

  def apply(valid: Bool, code: UInt, pc: UInt, address: UInt): Valid[EngineFault] = {
    val fault = Wire(Valid(new EngineFault))
    fault.valid := valid
    fault.bits.code := code
    fault.bits.pc := pc
    fault.bits.address := address
    fault
  }

  /** The first of several that is there. */
  def first(faults: Valid[EngineFault]*): Valid[EngineFault] = {
    val fault = Wire(Valid(new EngineFault))
    fault.valid := VecInit(faults.map(_.valid)).asUInt.orR
    fault.bits := PriorityMux(faults.map(f => f.valid -> f.bits))
    fault
  }

  /** Alignment, then window, of a row (isa.md §7). */
  def ofRow(valid: Bool, misaligned: Bool, row: UInt, rowBytes: UInt, limit: UInt, permitted: Bool, pc: UInt) = {
    val outside = !permitted || (row +& rowBytes) > limit
    apply(valid && (misaligned || outside), Mux(misaligned, Alignment, Window), pc, row)
  }
}
