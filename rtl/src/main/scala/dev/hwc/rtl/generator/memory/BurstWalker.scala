package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** Rows of a transfer: row j at `address + j·stride` (mod 2^40). */
final class Rows extends Bundle {
  val address = UInt(Isa.AddressBits.W)
  val stride = UInt(Isa.AddressBits.W)
  val rows = UInt(12.W)
  val rowBytes = UInt(26.W)
}

/** One burst. Addresses are bytes in the window. */
final class Burst extends Bundle {

  /** Of its first byte: the row's address, or a multiple of maxBurstBytes. */
  val address = UInt(Isa.AddressBits.W)
  val rowAddress = UInt(Isa.AddressBits.W)
  val beatsMinusOne = UInt(Axi4.LengthBits.W)
  val firstOfRow = Bool()
  val lastOfRow = Bool()
  val first = Bool()
  val last = Bool()

  def beats: UInt = beatsMinusOne +& 1.U
}

/** Cuts rows into bursts at multiples of maxBurstBytes (timing T8), one burst per cycle. Window bases are multiples of
  * 4096, so the cuts of the physical address are those of the address in the window.
  *
  * The first burst stands at the outputs in the cycle of `start` already; it comes from registers from then on. After
  * `advance` the next one stands there in the next cycle: its number of bursts left and its last beat are computed in
  * the cycle before.
  */
final class BurstWalker(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val start = Input(Bool())
    val rows = Input(new Rows)
    val advance = Input(Bool())
    val abort = Input(Bool())

    /** A burst stands at the output. */
    val valid = Output(Bool())
    val burst = Output(new Burst)

    /** No transfer under way, from a register. */
    val idle = Output(Bool())
  })
  private val cutBits = log2Ceil(g.maxBurstBytes)
  private val burstCountBits = 27 - cutBits

  private class Position extends Bundle {
    val address = UInt(Isa.AddressBits.W)
    val rowAddress = UInt(Isa.AddressBits.W)

    /** Bursts of the row after this one. */
    val burstsLeft = UInt(burstCountBits.W)

    /** Last beat of the row within its block of maxBurstBytes. */
    val endBeat = UInt(Axi4.LengthBits.W)
    val rowsLeft = UInt(12.W)
    val firstOfRow = Bool()
    val first = Bool()
  }

  private def enterRow(address: UInt, lastByte: UInt, rowsLeft: UInt, first: Bool): Position = {
    val row = Wire(new Position)
    val end = (address(cutBits - 1, 0) +& lastByte).pad(27)
    row.address := address
    row.rowAddress := address
    row.burstsLeft := end >> cutBits
    row.endBeat := Axi4.beatIn(end, g.maxBurstBytes, g.beatBytes)
    row.rowsLeft := rowsLeft
    row.firstOfRow := true.B
    row.first := first
    row
  }

  private val active = RegInit(false.B)
  private val held = Reg(new Position)
  private val stride = Reg(UInt(Isa.AddressBits.W))
  private val lastByte = Reg(UInt(26.W))
  private val newLastByte = io.rows.rowBytes - 1.U
  private val entered = enterRow(io.rows.address, newLastByte, io.rows.rows - 1.U, true.B)
  private val now = Mux(io.start, entered, held)
  private val valid = io.start || active

  private val inRow = Wire(new Position)
  inRow := now
  inRow.address := Cat(now.address(Isa.AddressBits - 1, cutBits) + 1.U, 0.U(cutBits.W))
  inRow.burstsLeft := now.burstsLeft - 1.U
  inRow.firstOfRow := false.B
  inRow.first := false.B
  private val nextRow = enterRow(
    now.rowAddress + Mux(io.start, io.rows.stride, stride),
    Mux(io.start, newLastByte, lastByte),
    now.rowsLeft - 1.U,
    false.B
  )

  private val lastOfRow = now.burstsLeft === 0.U
  private val last = lastOfRow && now.rowsLeft === 0.U
  private val startBeat = Axi4.beatIn(now.address, g.maxBurstBytes, g.beatBytes)
  private val fullEnd = (g.maxBurstBytes / g.beatBytes - 1).U(Axi4.LengthBits.W)

  when(io.start) {
    stride := io.rows.stride
    lastByte := newLastByte
  }
  held := Mux(io.advance, Mux(lastOfRow, nextRow, inRow), now)
  active := valid && !(io.advance && last) && !io.abort

  io.valid := valid
  io.idle := !active
  io.burst.address := now.address
  io.burst.rowAddress := now.rowAddress
  io.burst.beatsMinusOne := Mux(lastOfRow, now.endBeat, fullEnd) - startBeat
  io.burst.firstOfRow := now.firstOfRow
  io.burst.lastOfRow := lastOfRow
  io.burst.first := now.first
  io.burst.last := last
}
