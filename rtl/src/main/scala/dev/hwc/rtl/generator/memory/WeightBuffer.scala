package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** Where a beat of codes goes: the same place of every bank that is enabled. */
final class WeightWrite(g: Geometry) extends Bundle {
  val codes = Bool()

  /** The first unit, and the byte in it (codes); the unit of the scale or offset. */
  val unit = UInt(g.weightUnitBits.W)
  val byte = UInt(4.W)
  val banks = UInt(g.columns.W)

  /** Bank c gets byte c mod B of the beat, and that only. */
  val spread = Bool()
  val scales = Bool()
  val offsets = Bool()

  /** Columns whose scale or offset the beat holds; column c's is halfword c mod B/2. */
  val scaleColumns = UInt(g.columns.W)
  val data = UInt(g.beatBits.W)
}

/** Weight buffer (isa.md §1): C banks of 16-byte units and beside each a scale and an offset. A beat of more than 16
  * bytes fills several consecutive units, from any unit on: a bank consists of that many RAMs, unit u in RAM u mod that
  * number.
  */
final class WeightBuffer(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val write = Flipped(Valid(new WeightWrite(g)))
    val read = Flipped(new WeightRead(g))
  })
  private val unitBytes = 16
  private val unitsPerBeat = (g.beatBytes / unitBytes) max 1
  private val units = g.spec.weightUnits
  private val depth = (units + unitsPerBeat - 1) / unitsPerBeat
  private val depthBits = log2Ceil(depth)
  private val laneBits = log2Ceil(unitsPerBeat)
  private val write = io.write.bits
  private val data = Seq.tabulate(g.beatBytes)(i => write.data(8 * i + 7, 8 * i))
  private val beat = VecInit(data.map(g.byteCoding.encode))

  private def lane(unit: UInt): UInt = if (laneBits == 0) 0.U(1.W) else unit(laneBits - 1, 0)
  private def deep(unit: UInt): UInt = (unit >> laneBits).pad(depthBits)(depthBits - 1, 0)

  private val first = lane(write.unit)
  private val readLane = RegEnable(lane(io.read.unit), io.read.enable)
  for (column <- 0 until g.columns) {
    val rams = Seq.tabulate(unitsPerBeat) { i =>
      val ram = Module(new PieceRam(depth, unitBytes, g.byteCoding.storedBits))
      val before = if (laneBits == 0) false.B else i.U < first // the beat's units wrap around to the next depth
      val unitOfBeat = if (laneBits == 0) 0.U(1.W) else (i.U(laneBits.W) - first)(laneBits - 1, 0)
      val here = !write.spread || i.U === first
      ram.io.write := io.write.valid && write.codes && write.banks(column) && here
      ram.io.writeAddress := deep(write.unit) + before
      for (byte <- 0 until unitBytes) {
        val straight =
          if (laneBits == 0) beat(byte % g.beatBytes)
          else VecInit(Seq.tabulate(unitsPerBeat)(u => beat(u * unitBytes + byte)))(unitOfBeat)
        val inBeat =
          if (g.beatBytes >= unitBytes) true.B
          else write.byte(3, log2Ceil(g.beatBytes)) === (byte / g.beatBytes).U
        ram.io.data(byte) := Mux(write.spread, beat(column % g.beatBytes), straight)
        ram.io.mask(byte) := Mux(write.spread, write.byte === byte.U, inBeat)
      }
      ram.io.read := io.read.enable
      ram.io.readAddress := deep(io.read.unit)
      ram
    }
    io.read.codes(column) := (if (laneBits == 0) rams.head.io.out else VecInit(rams.map(_.io.out))(readLane))
    val half = column % (g.beatBytes / 2)
    val halfword = g.halfCoding.encode(Cat(data(2 * half + 1), data(2 * half)))
    val scales = SyncReadMem(units, UInt(g.halfCoding.storedBits.W), SyncReadMem.ReadFirst)
    val offsets = SyncReadMem(units, UInt(g.halfCoding.storedBits.W), SyncReadMem.ReadFirst)
    def keep(memory: SyncReadMem[UInt], enable: Bool): UInt = {
      when(io.write.valid && enable && write.scaleColumns(column)) { memory.write(write.unit, halfword) }
      memory.read(io.read.unit, io.read.enable)
    }
    io.read.scales(column) := keep(scales, write.scales)
    io.read.offsets(column) := keep(offsets, write.offsets)
  }
}
