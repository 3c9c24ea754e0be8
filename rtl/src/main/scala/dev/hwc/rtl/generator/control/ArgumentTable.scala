package dev.hwc.rtl.generator.control

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.Isa

/** The 32 arguments of a job, written several at a time as descriptor beats arrive, read by each queue in the cycle of
  * its `arg`.
  *
  * @param lanes
  *   arguments written at once, a power of two
  */
final class ArgumentTable(lanes: Int) extends Module {
  private val Arguments = 32
  val io = IO(new Bundle {
    val write = Input(Bool())

    /** Arguments group·lanes … group·lanes + lanes − 1. */
    val group = Input(UInt(log2Ceil(Arguments / lanes).W))
    val values = Input(Vec(lanes, UInt(Isa.AddressBits.W)))
    val index = Input(Vec(Isa.Queues, UInt(log2Ceil(Arguments).W)))
    val value = Output(Vec(Isa.Queues, UInt(Isa.AddressBits.W)))
  })
  for (queue <- 0 until Isa.Queues) {
    val banks = Seq.fill(lanes)(Mem(Arguments / lanes, UInt(Isa.AddressBits.W)))
    when(io.write) { banks.zip(io.values).foreach { case (bank, value) => bank.write(io.group, value) } }
    val index = io.index(queue)
    val entries = VecInit(banks.map(_.read((index >> log2Ceil(lanes)).asUInt)))
    io.value(queue) := (if (lanes == 1) entries(0) else entries(index(log2Ceil(lanes) - 1, 0)))
  }
}
