package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.{LoopNest, Opcode}
import dev.hwc.rtl.generator.{Geometry, Isa}

/** Checks the programs while they are read against isa.md §6 (I9 as far as it is static). What a row breaks is known
  * two cycles later. The verdict stays with the program memories, until other programs are read. Twins:
  * `dev.hwc.ir.isa.ProgramCodec` and `ProgramValidator`.
  */
final class ProgramChecker(g: Geometry) extends Module {
  private val shape = new ProgramShape(g)
  val io = IO(new Bundle {

    /** Other programs follow. */
    val restart = Input(Bool())
    val row = Flipped(Valid(new FetchedRow(shape)))

    /** The program of the row's queue is empty. */
    val empty = Input(Bool())

    /** The row is the last of all programs. */
    val complete = Input(Bool())

    /** The first instruction read that breaks a rule; the place behind the last if one is missing (I5, I6). */
    val fault = Valid(new ProgramPlace)

    /** All programs were read, faulty or not. */
    val loaded = Output(Bool())
  })

  private val place = Wire(Valid(new ProgramPlace))
  private val first = RegInit(0.U.asTypeOf(chiselTypeOf(place)))
  when(io.restart) {
    first.valid := false.B
  }.elsewhen(!first.valid) {
    first := place
  }
  io.fault := first

  private val loaded = RegInit(false.B)
  when(io.restart) {
    loaded := false.B
  }.elsewhen(io.complete) {
    loaded := true.B
  }
  io.loaded := loaded

  private val queue = RegNext(io.row.bits.queue)
  private val empty = RegNext(io.empty && !io.restart, false.B)

  /** Per lane what it breaks itself, and what is missing behind it, with the pc to name. */
  private val problems = io.row.bits.lanes.toSeq.flatMap { instruction =>
    val checker = Module(new InstructionChecker(g))
    checker.io.word := instruction.word
    checker.io.queue := io.row.bits.queue
    val valid = RegNext(io.row.valid && !io.restart && instruction.valid, false.B)
    val structure = RegNext(breaksStructure(instruction))
    val unfinished = RegNext(instruction.last && (!isHalt(instruction) || instruction.depth =/= 0.U))
    val pc = RegNext(instruction.pc)
    Seq((valid && (structure || checker.io.broken), pc), (valid && unfinished, pc + 1.U))
  }
  place.valid := empty || problems.map(_._1).reduce(_ || _)
  place.bits.queue := queue
  place.bits.pc := Mux(empty, 0.U, PriorityMux(problems)(Isa.PcBits - 1, 0))

  private def isHalt(instruction: FetchedInstruction): Bool = new InstructionFields(instruction.word).is(Opcode.HALT)

  /** I5, I6, I8. */
  private def breaksStructure(instruction: FetchedInstruction): Bool = {
    val fields = new InstructionFields(instruction.word)
    val unopened = fields.is(Opcode.NEXT) && instruction.depth === 0.U
    val tooDeep = fields.is(Opcode.LOOP) && instruction.depth >= LoopNest.MAX_DEPTH.U
    val early = isHalt(instruction) && !instruction.last
    unopened || tooDeep || early || instruction.pc >= g.instructions.U
  }
}
