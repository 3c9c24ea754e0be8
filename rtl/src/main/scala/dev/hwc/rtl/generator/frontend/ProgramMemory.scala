package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.Word
import dev.hwc.rtl.generator.{Geometry, Isa}

/** A sequencer's access to its program: program counter in cycle t, instruction in t+1. */
class ProgramRead extends Bundle {
  val pc = Output(UInt(Isa.PcBits.W))
  val word = Input(UInt(Word.BITS.W))

  /** Loops open around the instruction read. */
  val depth = Output(UInt(ProgramShape.DepthBits.W))

  /** If the instruction is a `loop`: where the program goes on behind its `next` (T1). */
  val behind = Input(UInt(Isa.PcBits.W))
}

/** The program of one queue, and beside it for each loop the place behind its end. Written while it is loaded. */
final class ProgramMemory(g: Geometry) extends Module {
  private val shape = new ProgramShape(g)
  val io = IO(new Bundle {
    val write = Flipped(Valid(new ProgramWrite(shape)))
    val read = Flipped(new ProgramRead)
  })

  private val words = SyncReadMem(shape.rows, UInt(shape.rowBits.W))
  private val ends = Seq.fill(shape.lanes)(SyncReadMem(shape.rows, UInt(Isa.PcBits.W)))

  private val write = io.write.bits
  when(io.write.valid) {
    words.write(write.row, write.words)
  }
  for ((memory, end) <- ends.zip(write.ends)) {
    when(io.write.valid && end.valid) {
      memory.write(end.bits.row, end.bits.behind)
    }
  }

  private val row = shape.row(io.read.pc)
  private val lane = RegNext(shape.lane(io.read.pc))
  private val word = words.read(row).asTypeOf(Vec(shape.lanes, UInt(Word.BITS.W)))(lane)
  private val end = VecInit(ends.map(_.read(row)))(shape.bank(io.read.depth))
  io.read.word := word
  if (shape.lanes == 1) {
    io.read.behind := end
  } else {
    val distances = SyncReadMem(shape.rows, chiselTypeOf(write.distances))
    when(io.write.valid) {
      distances.write(write.row, write.distances)
    }
    val distance = distances.read(row)(lane)
    io.read.behind := Mux(distance === 0.U, end, RegNext(io.read.pc) + distance)
  }
}
