package dev.hwc.rtl.generator.ecc

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.FaultCode
import dev.hwc.rtl.generator.{EngineFault, Isa, Low}

/** What an engine's reads showed, some cycles later.
  *
  * @param most
  *   code words that can be read in a cycle
  */
class EccReport(most: Int) extends Bundle {
  val corrected = UInt(log2Ceil(most + 1).W)
  val failed = Valid(new EngineFault)
}

/** Code words of one buffer that a command read in this cycle.
  *
  * @param buffer
  *   number in [[EccBuffer]]
  * @param checks
  *   only those that the command uses
  * @param place
  *   what `at` needs
  * @param at
  *   from `place` and the number of a code word: bank, or code word of its word; address unit
  */
final case class EccRead(buffer: Int, checks: Checks, pc: UInt, place: UInt, at: (UInt, UInt) => (UInt, UInt))

/** Buffers as the address of fault `ECC` names them (isa.md §7). */
object EccBuffer {
  val WeightCodes = 0
  val WeightScales = 1
  val ActivationCodes = 2
  val ActivationScales = 3
  val Output = 4
  val Vector = 5
  val Load = 6
  val Store = 7
  val BankBits = 12
  val UnitBits = 24
}

object EccReport {

  /** Counts what was corrected, and names the first buffer and code word that failed. */
  def apply(reads: EccRead*): EccReport = {
    val report = Wire(new EccReport(reads.map(_.checks.failed.getWidth).sum))
    if (reads.forall(_.checks.failed.getWidth == 0)) report := 0.U.asTypeOf(report)
    else {
      report.corrected := Low(
        RegNext(reads.map(r => PopCount(flags(r.checks.corrected))).reduce(_ +& _), 0.U),
        report.corrected.getWidth
      )
      val found = reads.map { read =>
        val failed = flags(read.checks.failed)
        failed.orR -> fault(read, PriorityEncoder(failed))
      }
      report.failed.valid := RegNext(VecInit(found.map(_._1)).asUInt.orR, false.B)
      report.failed.bits := RegNext(PriorityMux(found))
    }
    report
  }

  /** A cycle later; of known width, which RegNext does not have. */
  private def flags(now: UInt): UInt = {
    val later = RegInit(0.U(now.getWidth.W))
    later := now
    later
  }

  private def fault(read: EccRead, codeWord: UInt): EngineFault = {
    val (bank, unit) = read.at(RegNext(read.place), codeWord)
    val fault = Wire(new EngineFault)
    fault.code := FaultCode.ECC.number.U
    fault.pc := RegNext(read.pc)
    fault.address := Cat(
      read.buffer.U((Isa.AddressBits - EccBuffer.BankBits - EccBuffer.UnitBits).W),
      bank.pad(EccBuffer.BankBits)(EccBuffer.BankBits - 1, 0),
      unit.pad(EccBuffer.UnitBits)(EccBuffer.UnitBits - 1, 0)
    )
    fault
  }
}
