package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.Opcode
import dev.hwc.rtl.generator.{Isa, Tag}

/** A command in its FIFO. `sync` marks one without work for an engine (`sync` and `halt`); what of it counts then is
  * its tag.
  */
class QueuedCommand[C <: Bundle](type_ : C) extends Bundle {
  val sync = Bool()
  val halt = Bool()

  /** Starts only when every earlier command of its queue has completed (T7). */
  val drain = Bool()
  val waits = UInt(Isa.Queues.W)
  val command = type_
}

/** Reads one of the job's arguments, within the cycle. */
class ArgumentRead extends Bundle {
  val index = Output(UInt(ArgumentRead.IndexBits.W))
  val value = Input(UInt(Isa.AddressBits.W))
}

object ArgumentRead {

  /** Bits of an argument's number. */
  val IndexBits: Int = InstructionFields.width(Opcode.ARG, "index")
}

/** Runs the program of one queue, one instruction a cycle (timing.md T1 to T4). Twin:
  * `dev.hwc.sim.systolic.queues.Sequencer`.
  */
final class Sequencer[C <: Bundle](resolver: CommandResolver[C]) extends Module {
  private val opcodes = InstructionFields.opcodes(resolver.queue)
  val io = IO(new Bundle {

    /** The first instruction is executed in the next cycle. */
    val start = Input(Bool())

    /** Ends what runs. */
    val stop = Input(Bool())

    /** Low: no instruction is executed in this cycle. */
    val enable = Input(Bool())
    val program = new ProgramRead
    val argument = new ArgumentRead

    /** The word of a `load.register`, in the cycle in which that completes. */
    val loaded = Flipped(Valid(UInt(Sequencer.LoadedBits.W)))

    /** A command enters the FIFO in this cycle; only while there is room. */
    val push = Valid(new QueuedCommand(resolver.command))
    val room = Input(Bool())

    /** Opcode (its ordinal) of the instruction executed in this cycle. */
    val retired = Valid(UInt(Sequencer.OrdinalBits.W))

    /** A loop whose count is above the largest, by its pc (isa.md §3). */
    val fault = Valid(UInt(Isa.PcBits.W))
  })

  private object State extends ChiselEnum {
    val stopped, running, waiting = Value
  }
  private val state = RegInit(State.stopped)
  private val pc = Reg(UInt(Isa.PcBits.W))
  private val word = new InstructionFields(io.program.word)
  private val registers = new RegisterFile(io.start)
  private val loops = Module(new LoopStack)

  private val command = word.is(opcodes.filter(_.command): _*)
  private val step = state === State.running && io.enable && (!command || io.room)
  private def executes(opcode: Opcode): Bool = step && word.is(opcode)

  // Loops: the count is below 2^24 if neither the register's upper bits nor the sum carry.
  private val readA = registers.read(
    word.select(Opcode.ADD -> "rs", Opcode.LOOP -> "rs", Opcode.WRAP -> "rd")
  )
  private val count = word.field(Opcode.LOOP, "count") +& readA(LoopState.CountBits - 1, 0)
  private val tooMany = readA(Isa.AddressBits - 1, LoopState.CountBits).orR || count(LoopState.CountBits)
  private val enters = executes(Opcode.LOOP) && !tooMany
  private val skips = enters && count === 0.U
  private val following = pc + 1.U
  loops.io.clear := io.start
  loops.io.push.valid := enters && !skips
  loops.io.push.bits.start := following
  loops.io.push.bits.left := count(LoopState.CountBits - 1, 0)
  loops.io.next := executes(Opcode.NEXT)
  io.fault.valid := executes(Opcode.LOOP) && tooMany
  io.fault.bits := pc

  private val nextPc = MuxCase(
    following,
    Seq(io.start -> 0.U, !step -> pc, skips -> io.program.behind, (loops.io.next && loops.io.again) -> loops.io.start)
  )
  pc := nextPc
  io.program.pc := nextPc
  io.program.depth := loops.io.depth

  when(io.stop || io.fault.valid) {
    state := State.stopped
  }.elsewhen(io.start) {
    state := State.running
  }.elsewhen(executes(Opcode.HALT)) {
    state := State.stopped
  }.elsewhen(executes(Opcode.LOAD_REGISTER)) {
    state := State.waiting
  }.elsewhen(state === State.waiting && io.loaded.valid) {
    state := State.running
  }

  // Registers: one adder of three operands serves set, arg, add and wrap.
  io.argument.index := word.field(Opcode.ARG, "index")
  private def choose(cases: (Opcode, UInt)*): UInt =
    Mux1H(cases.map { case (opcode, value) => word.is(opcode) -> value.pad(Isa.AddressBits) })
  private val sum = choose(Opcode.ARG -> io.argument.value, Opcode.ADD -> readA, Opcode.WRAP -> readA) +
    Mux(word.is(Opcode.ADD), registers.read(word.field(Opcode.ADD, "rt")), 0.U) +
    choose(
      Opcode.SET -> word.field(Opcode.SET, "imm"),
      Opcode.ARG -> word.field(Opcode.ARG, "imm"),
      Opcode.ADD -> word.field(Opcode.ADD, "imm"),
      Opcode.WRAP -> word.field(Opcode.WRAP, "step")
    )
  private val wraps = word.is(Opcode.WRAP) && sum >= word.field(Opcode.WRAP, "limit")
  private val arithmetic = Seq(Opcode.SET, Opcode.ARG, Opcode.ADD, Opcode.WRAP)
  private val target = RegEnable(word.field(Opcode.LOAD_REGISTER, "rd"), executes(Opcode.LOAD_REGISTER))
  private val loaded = state === State.waiting && io.loaded.valid
  registers.write(
    step && word.is(arithmetic: _*) || loaded,
    Mux(loaded, target, word.shared("rd", arithmetic: _*)),
    Mux(loaded, io.loaded.bits, Mux(wraps, word.field(Opcode.WRAP, "start"), sum))
  )

  private val tag = Wire(new Tag)
  tag.pc := pc
  tag.signals := word.signals(resolver.queue)
  io.push.valid := step && command
  io.push.bits.sync := word.is(Opcode.SYNC, Opcode.HALT)
  io.push.bits.halt := word.is(Opcode.HALT)
  io.push.bits.drain := word.is(Opcode.HALT) ||
    word.is(Opcode.SYNC) && word.flags(Opcode.SYNC.flags.indexOf("drain"))
  io.push.bits.waits := word.waits(resolver.queue)
  io.push.bits.command := resolver.resolve(word, tag, registers.read)

  io.retired.valid := step
  io.retired.bits := Mux1H(opcodes.map(o => word.is(o) -> o.ordinal.U(Sequencer.OrdinalBits.W)))
}

object Sequencer {

  /** Bits of the word that `load.register` reads. */
  val LoadedBits = 32

  /** Bits of an opcode's ordinal. */
  val OrdinalBits: Int = log2Ceil(Opcode.values.length)
}
