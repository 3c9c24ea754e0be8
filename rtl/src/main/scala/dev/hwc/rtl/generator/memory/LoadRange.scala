package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** Whether a load command's destination lies inside its buffer (isa.md §7): products in the cycle after the start,
  * comparison in the next.
  */
private object LoadRange {
  def apply(g: Geometry, held: LoadCommand, valid: Bool): Valid[EngineFault] = {
    val columnBits = log2Ceil(g.columns)
    val beatOfRow = held.rowBytes(15, 0)
    val bankRows = ((held.rows - 1.U) >> columnBits) +& 1.U
    val factors = MuxLookup(held.kind, Cat(0.U(14.W), 0.U(16.W)))(
      Seq(
        LoadKind.Rows.U -> pair(bankRows, beatOfRow >> 4),
        LoadKind.Transposed.U -> pair(
          ((held.rows +& 31.U) >> 5) << 1,
          (beatOfRow +& (g.columns - 1).U) >> columnBits
        ),
        LoadKind.Linear.U -> pair(held.rows, beatOfRow),
        LoadKind.Halves.U -> pair(held.rows, 2.U)
      )
    )
    val product = factors(29, 16) * factors(15, 0)
    val count = MuxLookup(held.kind, product)(
      Seq(
        LoadKind.Weights.U -> WeightFormat.units(held.format, held.blocks),
        LoadKind.Scales.U -> ((held.rows << 1) - 1.U)
      )
    )
    val linear = held.kind === LoadKind.Linear.U || held.kind === LoadKind.Halves.U
    val none = held.kind === LoadKind.Register.U || held.kind === LoadKind.Fetch.U
    val later = RegNext(valid && !none, false.B)
    val from = RegNext(Mux(linear, held.destination << log2Ceil(g.wordBits / 8), held.destination))
    val units = RegNext(count)
    val size =
      RegNext(Mux(linear, (BigInt(g.spec.loadWords) * g.wordBits / 8).U, g.spec.weightUnits.U(32.W)))
    val pc = RegNext(held.tag.pc)
    Faults(later && (from +& units) > size, Faults.Buffer, pc, from(Isa.AddressBits - 1, 0))
  }

  private def pair(a: UInt, b: UInt): UInt = Cat(a.pad(14)(13, 0), b.pad(16)(15, 0))
}
