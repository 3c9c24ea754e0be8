package dev.hwc.rtl.generator.matrix

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{Geometry, MatrixCommand, Tag}

/** Pending emissions in order (timing.md T14): when each begins, which row is read, where it is written.
  *
  * A row chosen in cycle q is read in q+1 and handed to the output buffer in q+6, whose banks take it at the end of q+7 =
  * e+i.
  */
final class EmissionControl(g: Geometry, sizes: MatrixSizes) extends Module {
  val io = IO(new Bundle {
    val start = Input(Bool())
    val command = Input(new MatrixCommand)
    val stop = Input(Bool())

    /** A job begins: what earlier jobs fed does not count (T14). */
    val begin = Input(Bool())

    /** A matmul is fed to this slot in this cycle. */
    val feeding = Input(Bool())
    val feedSlot = Input(UInt(sizes.slotBits.W))

    val canEmit = Output(Bool())
    val slotFree = Output(Vec(g.slots, Bool()))
    val read = Valid(new EmissionRead(sizes))
    val write = Valid(new OutputRow(g))
    val complete = Valid(new Tag)
  })

  private val waitBits = log2Ceil(g.columns + MatrixSizes.EmissionDelay)

  private class Entry extends Bundle {
    val tag = new Tag
    val slot = UInt(sizes.slotBits.W)
    val destination = UInt(g.outputWordBits.W)
    val stride = UInt(g.outputWordBits.W)
    val lastRow = UInt(sizes.rowBits.W)
    val n = UInt(8.W)
  }
  private val entries = Reg(Vec(MatrixSizes.Emissions, new Entry))
  private val pending = RegInit(VecInit.fill(MatrixSizes.Emissions)(false.B))
  private val unread = RegInit(VecInit.fill(MatrixSizes.Emissions)(false.B))
  private val waits = Reg(Vec(MatrixSizes.Emissions, UInt(waitBits.W)))

  private def counter(size: Int, count: Bool, restart: Bool = false.B): UInt = {
    val value = RegInit(0.U(log2Ceil(size).W))
    when(io.stop) { value := 0.U }.elsewhen(count) { value := Mux(restart, 0.U, value + 1.U) }
    value
  }

  /** Cycles since the last feed of a slot in this job, 0 if there is none; saturates where no emission waits any more.
    */
  private val sinceFed = RegInit(VecInit.fill(g.slots)(0.U(waitBits.W)))
  for ((count, slot) <- sinceFed.zipWithIndex) {
    when(io.begin || io.stop) {
      count := 0.U
    }.elsewhen(io.feeding && io.feedSlot === slot.U) {
      count := 1.U
    }.elsewhen(count =/= 0.U && !count.andR) {
      count := count + 1.U
    }
  }

  // Entry
  private val enterAt = counter(MatrixSizes.Emissions, io.start)
  io.canEmit := !pending(enterAt)
  for (w <- waits) { when(w =/= 0.U) { w := w - 1.U } }
  when(io.start) {
    val entry = entries(enterAt)
    entry.tag := io.command.tag
    entry.slot := sizes.slot(io.command)
    entry.destination := io.command.destination(g.outputWordBits - 1, 0)
    entry.stride := io.command.stride.pad(g.outputWordBits)(g.outputWordBits - 1, 0)
    entry.lastRow := (io.command.m - 1.U)(sizes.rowBits - 1, 0)
    entry.n := io.command.n
    waits(enterAt) := waitOf(io.command.n, sinceFed(sizes.slot(io.command)))
    pending(enterAt) := true.B
    unread(enterAt) := true.B
  }

  // Choice of a row, cycle q
  private val chosen = Wire(Bool())
  private val chosenLast = Wire(Bool())
  private val readAt = counter(MatrixSizes.Emissions, chosenLast)
  private val readRow = counter(g.rows, chosen, chosenLast)
  private val reading = entries(readAt)
  chosen := unread(readAt) && waits(readAt) === 0.U
  chosenLast := chosen && readRow === reading.lastRow
  when(chosenLast) { unread(readAt) := false.B }
  io.read.valid := RegNext(chosen && !io.stop, false.B)
  io.read.bits.slot := RegNext(reading.slot)
  io.read.bits.row := RegNext(readRow)
  io.read.bits.n := RegNext(reading.n)
  io.read.bits.last := RegNext(chosenLast)

  // Write, cycle q+6
  private val written = delay(io.read.valid)
  private val writtenLast = Wire(Bool())
  private val writeAt = counter(MatrixSizes.Emissions, writtenLast)
  private val writing = entries(writeAt)
  private val writesFirst = RegInit(true.B)
  private val nextWord = Reg(UInt(g.outputWordBits.W))
  private val word = Mux(writesFirst, writing.destination, nextWord)
  writtenLast := written && delay(io.read.bits.last)
  when(written) {
    nextWord := word + writing.stride
    writesFirst := writtenLast
  }
  io.write.valid := written
  io.write.bits.word := word
  io.write.bits.n := writing.n

  // Completion, cycle q+7 of the last row
  private val completeAt = RegNext(writeAt)
  io.complete.valid := RegNext(writtenLast && !io.stop, false.B)
  io.complete.bits := entries(completeAt).tag
  when(io.complete.valid) { pending(completeAt) := false.B }
  when(io.stop) {
    pending.foreach(_ := false.B)
    unread.foreach(_ := false.B)
    writesFirst := true.B
  }
  for (slot <- 0 until g.slots) {
    io.slotFree(slot) := !pending.zip(entries).map { case (p, entry) => p && entry.slot === slot.U }.reduce(_ || _)
  }

  private def delay(flag: Bool): Bool =
    Seq.iterate(flag, LaneArray.EmitLatency + 1)(f => RegNext(f && !io.stop, false.B)).last

  /** Cycles from s+1 to the choice of row 0, if no emission is before it: q = d + n + 20 − 7. */
  private def waitOf(n: UInt, since: UInt): UInt = {
    val sum = n +& (MatrixSizes.EmissionDelay - MatrixSizes.ChoiceToWrite - 1).U
    Mux(sum > since, sum - since, 0.U)(waitBits - 1, 0)
  }
}
