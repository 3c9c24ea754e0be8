package dev.hwc.rtl.generator.matrix

import chisel3._
import dev.hwc.rtl.generator.Geometry

/** Which accumulators hold something. The rows of a slot that do are always 0…used−1, so a count per slot says it; an
  * emission clears its slot by a bit that the next matmul's first block turns into a count of 0. (Rows of the emitted
  * matmul may still be on their way then, in lanes that were not emitted.)
  */
final class UsedRows(g: Geometry, sizes: MatrixSizes) extends Module {
  val io = IO(new Bundle {

    /** A block ends whose rows 0…m−1 are added to a slot. */
    val add = Input(Bool())
    val slot = Input(UInt(sizes.slotBits.W))
    val m = Input(UInt(8.W))

    /** Rows that were in use before; the others are overwritten. */
    val before = Output(UInt(8.W))

    val emitSlot = Input(UInt(sizes.slotBits.W))
    val emitRow = Input(UInt(sizes.rowBits.W))

    /** Whether the emitted row holds something. */
    val emitUsed = Output(Bool())
    val clear = Input(Bool())
  })
  private val cleared = RegInit(VecInit.fill(g.slots)(true.B))
  private val used = Reg(Vec(g.slots, UInt(8.W)))

  io.before := Mux(cleared(io.slot), 0.U, used(io.slot))
  when(io.add) {
    cleared(io.slot) := false.B
    used(io.slot) := Mux(io.before > io.m, io.before, io.m)
  }
  io.emitUsed := !cleared(io.emitSlot) && io.emitRow < used(io.emitSlot)
  when(io.clear) { cleared(io.emitSlot) := true.B }
}
