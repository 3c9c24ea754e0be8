package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.{LoopNest, Opcode, Word}
import dev.hwc.rtl.generator.{FetchBeat, Geometry, Isa}

/** The stream of the four programs as it comes from memory, in order of the queues (timing.md T18). */
class ProgramStream(g: Geometry) extends Bundle {

  /** The beats of a new set of programs follow. */
  val start = Input(Bool())

  /** Instructions of each queue; stable from `start` to the last beat. */
  val lengths = Input(Vec(Isa.Queues, UInt(ProgramShape.LengthBits.W)))

  /** A beat of a program, in the cycle after it arrived at the port. Each program begins with a beat of its own. */
  val beat = Flipped(Valid(new FetchBeat(g)))

  /** This beat is the last of all programs. */
  val complete = Output(Bool())
}

/** Makes rows of instructions from beats and finds the end of each loop.
  *
  * Rows come out in the cycle of the beat that completes them.
  */
final class ProgramLoader(g: Geometry) extends Module {
  private val shape = new ProgramShape(g)
  val io = IO(new Bundle {
    val stream = new ProgramStream(g)
    val stop = Input(Bool())
    val row = Valid(new FetchedRow(shape))
    val write = Valid(new ProgramWrite(shape))

    /** The program of queue `row.bits.queue` has no instruction. */
    val empty = Output(Bool())
  })

  private val active = RegInit(false.B)
  private val queue = Reg(UInt(log2Ceil(Isa.Queues).W))

  /** Instructions of this program to come, and those that came. */
  private val left = Reg(UInt(ProgramShape.LengthBits.W))
  private val pc = Reg(UInt(ProgramShape.CountBits.W))
  private val depth = Reg(UInt(ProgramShape.DepthBits.W))

  /** Open loops, innermost first. */
  private val open = Reg(Vec(LoopNest.MAX_DEPTH, UInt(ProgramShape.CountBits.W)))

  private val (words, rowComplete) = RowAssembler(io.stream.beat, shape, g.beatBits, io.stream.start)
  private val arrived = active && rowComplete
  private val ends = left <= shape.lanes.U
  private val lastQueue = queue === (Isa.Queues - 1).U

  /** Loops open before each lane, and behind the last. */
  private case class Nest(depth: UInt, open: Seq[UInt])
  private val lanes = Seq.tabulate(shape.lanes)(lane)
  private val nest: Seq[Nest] = lanes.scanLeft(Nest(depth, open)) { (before, instruction) =>
    val fields = new InstructionFields(instruction.word)
    val loop = instruction.valid && fields.is(Opcode.LOOP)
    val next = instruction.valid && fields.is(Opcode.NEXT)
    val pushed = instruction.pc +: before.open.init
    val popped = before.open.tail :+ before.open.last
    Nest(
      before.depth + loop - next,
      before.open.zip(pushed.zip(popped)).map { case (same, (push, pop)) => Mux(loop, push, Mux(next, pop, same)) }
    )
  }

  when(io.stop) {
    active := false.B
  }.elsewhen(io.stream.start) {
    active := true.B
    begin(0.U, io.stream.lengths(0))
  }.elsewhen(arrived && ends) {
    active := !lastQueue
    begin(queue + 1.U, io.stream.lengths(queue + 1.U))
  }.elsewhen(arrived) {
    left := left - shape.lanes.U
    pc := pc + shape.lanes.U
    depth := nest.last.depth
    open := VecInit(nest.last.open)
  }

  private def begin(next: UInt, length: UInt): Unit = {
    queue := next
    left := length
    pc := 0.U
    depth := 0.U
  }

  private def lane(index: Int): FetchedInstruction = {
    val instruction = Wire(new FetchedInstruction)
    instruction.valid := left > index.U
    instruction.word := words((index + 1) * Word.BITS - 1, index * Word.BITS)
    instruction.pc := pc + index.U
    instruction.last := left === (index + 1).U
    instruction.depth := 0.U
    instruction
  }

  io.stream.complete := arrived && ends && lastQueue
  io.empty := active && left === 0.U
  io.row.valid := arrived
  io.row.bits.queue := queue
  for (((output, instruction), before) <- io.row.bits.lanes.zip(lanes).zip(nest)) {
    output := instruction
    output.depth := before.depth
  }

  io.write.valid := arrived && pc < g.instructions.U
  io.write.bits.row := shape.row(pc)
  io.write.bits.words := words
  for (bank <- io.write.bits.ends) {
    bank.valid := false.B
    bank.bits.row := 0.U
    bank.bits.behind := 0.U
  }
  io.write.bits.distances.foreach(_ := 0.U)
  for (((instruction, before), index) <- lanes.zip(nest).zipWithIndex) {
    val loop = before.open.head
    val sameRow = shape.row(loop) === shape.row(pc)
    when(instruction.valid && new InstructionFields(instruction.word).is(Opcode.NEXT)) {
      when(sameRow && index.U > 0.U) {
        io.write.bits.distances(shape.lane(loop)) := (index + 1).U - shape.lane(loop)
      }.otherwise {
        val end = io.write.bits.ends(shape.bank(before.depth - 1.U))
        end.valid := true.B
        end.bits.row := shape.row(loop)
        end.bits.behind := (instruction.pc + 1.U)(Isa.PcBits - 1, 0)
      }
    }
  }
}

/** Collects the beats of an instruction where a beat is shorter. */
private object RowAssembler {

  /** The row's words and whether they are complete in this cycle. */
  def apply(beat: Valid[FetchBeat], shape: ProgramShape, beatBits: Int, restart: Bool): (UInt, Bool) =
    if (shape.beatsPerRow == 1) (beat.bits.data, beat.valid)
    else {
      val count = RegInit(0.U(log2Ceil(shape.beatsPerRow).W))
      val earlier = Reg(UInt((shape.rowBits - beatBits).W))
      val words = Cat(beat.bits.data, earlier)
      when(beat.valid) {
        count := count + 1.U
        earlier := words >> beatBits
      }
      when(restart) {
        count := 0.U
      }
      (words, beat.valid && count.andR)
    }
}
