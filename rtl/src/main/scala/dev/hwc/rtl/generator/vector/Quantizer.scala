package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.Geometry
import dev.hwc.rtl.generator.numerics.{QuantizeCode, QuantizeScale}

/** The scale of a group as the store buffer takes it (kind 3). */
class ScalePlace(g: Geometry) extends Bundle {
  val scale = UInt(16.W)

  /** Halfword of the store buffer. */
  val half = UInt(VectorWidths.targetBits(g).W)
}

/** Quantizes groups (N15): the pass of scales leaves each group's scale and inverse in a memory, the pass that writes
  * takes them from there.
  */
final class Quantizer(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val half = Input(Bool())

    /** Largest magnitude of a group, with the group's last tag. */
    val largest = Input(UInt(32.W))
    val group = Flipped(Valid(new WordTag(g)))

    /** A cycle before the values. */
    val next = Input(new WordTag(g))
    val values = Input(Vec(g.lanes, UInt(32.W)))
    val tag = Flipped(Valid(new WordTag(g)))

    val place = Valid(new ScalePlace(g))

    /** [[QuantizeCode.Latency]] cycles after the values. */
    val codes = Output(Vec(g.lanes, UInt(8.W)))
    val scale = Output(UInt(16.W))
    val exceptions = Output(UInt(log2Ceil(g.lanes + 1).W))
  })
  private class Entry extends Bundle {
    val scale = UInt(16.W)
    val inverse = UInt(32.W)
  }
  private val groups = SyncReadMem(VectorWidths.BatchBlocks, new Entry)

  private val scaler = Module(new QuantizeScale)
  scaler.io.amax := io.largest
  scaler.io.half := io.half
  private val made = Wire(new Entry)
  made.scale := scaler.io.scale
  made.inverse := scaler.io.inverse
  private val madeValid = ShiftRegister(io.group.valid, QuantizeScale.Latency, false.B, true.B)
  when(madeValid) { groups.write(ShiftRegister(io.group.bits.group, QuantizeScale.Latency), made) }
  io.place.valid := madeValid
  io.place.bits.scale := made.scale
  io.place.bits.half := ShiftRegister(io.group.bits.target, QuantizeScale.Latency)

  private val entry = groups.read(io.next.group)
  private val mask = io.tag.bits.mask.map(io.tag.valid && _)
  private val coded = Seq.tabulate(g.lanes) { lane =>
    val coder = Module(new QuantizeCode)
    coder.io.x := io.values(lane)
    coder.io.inverse := entry.inverse
    val live = ShiftRegister(mask(lane), QuantizeCode.Latency, false.B, true.B)
    (Mux(live, coder.io.code.asUInt, 0.U), live && coder.io.exception)
  }
  io.codes := VecInit(coded.map(_._1))
  io.exceptions := PopCount(coded.map(_._2))
  // A word that only fills belongs to no group.
  io.scale := ShiftRegister(Mux(io.tag.bits.count === 0.U, 0.U, entry.scale), QuantizeCode.Latency)
}
