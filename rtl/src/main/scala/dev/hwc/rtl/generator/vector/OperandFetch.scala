package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.VectorMemory
import dev.hwc.rtl.generator.ecc.{Checks, EccBuffer, EccRead, EccReport}
import dev.hwc.rtl.generator.{Geometry, Low, ReadPort}

/** Reads the words of a step and gives each lane its two operands, [[OperandFetch.Latency]] cycles after the step.
  *
  * Stages: address register | memory | operand register. For dequant a lane's A is a sign-extended code and B the
  * binary16 scale of the block; for softmax B is the element's binary16 scale; both stand in the low bits. If A and B
  * come through one port, A waits for B in its operand register.
  */
final class OperandFetch(g: Geometry) extends Module {
  private val lanes = g.lanes
  private def word = Vec(lanes, UInt(32.W))
  val io = IO(new Bundle {
    val step = Flipped(Valid(new Step(g)))
    val context = Input(new Context)
    val output = new ReadPort(g.outputWordBits, word, g.wordCoding.codeWords(g.wordBits))
    val vector = new ReadPort(g.vectorWordBits, word, g.wordCoding.codeWords(g.wordBits))
    val load = new ReadPort(g.loadWordBits, UInt(g.wordBits.W), g.halfCoding.codeWords(g.wordBits))
    val a = Output(word)
    val b = Output(word)
    val ecc = Output(new EccReport(OperandFetch.codeWords(g)))
  })
  private val command = io.context.command
  private val decoded = new Decoded(command)
  private val readA = RegNext(io.step.valid && io.step.bits.readA, false.B)
  private val readB = RegNext(io.step.valid && io.step.bits.readB, false.B)
  private val addressA = RegNext(io.step.bits.addressA)
  private val addressB = RegNext(io.step.bits.addressB)

  private def connect[D <: Data](port: ReadPort[D], memory: VectorMemory): Unit = {
    val forA = readA && command.memoryA === memory.ordinal.U
    port.enable := forA || (readB && command.memoryB === memory.ordinal.U)
    port.address := Low(Mux(forA, addressA, addressB), port.address.getWidth)
  }
  connect(io.output, VectorMemory.OUTPUT)
  connect(io.vector, VectorMemory.VECTOR)
  connect(io.load, VectorMemory.LOAD)

  private def fp32(memory: UInt): Vec[UInt] =
    MuxLookup(memory, io.load.data.asTypeOf(word))(
      Seq(VectorMemory.OUTPUT.ordinal.U -> io.output.data, VectorMemory.VECTOR.ordinal.U -> io.vector.data)
    )

  /** Piece `index` of a load word that is cut into pieces of this many bits. */
  private def piece(bits: Int, index: UInt): UInt =
    VecInit(Seq.tabulate(g.wordBits / bits)(i => io.load.data(bits * (i + 1) - 1, bits * i)))(index)

  private def signed(code: UInt): UInt = Cat(Fill(32 - code.getWidth, code(code.getWidth - 1)), code)

  private val chunkA = ShiftRegister(io.step.bits.chunkA, 2)
  private val chunkB = ShiftRegister(io.step.bits.chunkB, 2)
  private val bytes = piece(8 * lanes, chunkA(1, 0))
  private val nibbles = piece(4 * lanes, chunkA)
  private val halves = piece(16 * lanes, chunkB(0))
  private val half = piece(16, chunkB)
  private val wordA = fp32(command.memoryA)
  private val wordB = fp32(command.memoryB)
  private val operandA = Seq.tabulate(lanes) { lane =>
    val code = Mux(
      decoded.nibbles,
      signed(nibbles(4 * lane + 3, 4 * lane)),
      signed(bytes(8 * lane + 7, 8 * lane))
    )
    Mux(decoded.dequant, code, wordA(lane))
  }
  private val operandB = Seq.tabulate(lanes) { lane =>
    MuxCase(
      wordB(lane),
      Seq(decoded.dequant -> half, decoded.softmax -> halves(16 * lane + 15, 16 * lane))
    )
  }
  io.a := RegEnable(VecInit(operandA), RegNext(readA, false.B))
  io.b := RegEnable(VecInit(operandB), RegNext(readB, false.B))

  // Of a word of output or vector buffer all was written; of one of the load buffer the halfwords that are used.
  private val count = ShiftRegister(io.step.bits.tag.count, 2)
  private val (firstA, countA) = {
    val perByte = (chunkA(1, 0) << log2Ceil(lanes / 2), (count +& 1.U) >> 1)
    val perNibble = (chunkA << log2Ceil(lanes / 4), (count +& 3.U) >> 2)
    val codes = (Mux(decoded.nibbles, perNibble._1, perByte._1), Mux(decoded.nibbles, perNibble._2, perByte._2))
    (Mux(decoded.dequant, codes._1, 0.U), Mux(decoded.dequant, codes._2, count << 1))
  }
  private val firstB = MuxCase(0.U, Seq(decoded.dequant -> chunkB, decoded.softmax -> (chunkB(0) << log2Ceil(lanes))))
  private val countB = MuxCase(count << 1, Seq(decoded.dequant -> 1.U, decoded.softmax -> count))
  private val forA = RegNext(readA && command.memoryA === VectorMemory.LOAD.ordinal.U)
  private val first = Mux(forA, firstA, firstB)
  private val end = first +& Mux(forA, countA, countB)
  private val usedHalves = VecInit(Seq.tabulate(2 * lanes)(half => first <= half.U && half.U < end)).asUInt
  private val wholeWord = Fill(lanes / 2, true.B)
  io.ecc := EccReport(
    read(EccBuffer.Output, io.output, wholeWord),
    read(EccBuffer.Vector, io.vector, wholeWord),
    read(EccBuffer.Load, io.load, usedHalves)
  )

  private def read[D <: Data](buffer: Int, port: ReadPort[D], used: UInt): EccRead = {
    val enabled = RegNext(port.enable, false.B)
    val checks = port.checks.only(Fill(used.getWidth, enabled) & used)
    EccRead(buffer, checks, command.tag.pc, RegNext(port.address), (word, codeWord) => (codeWord, word))
  }
}

object OperandFetch {

  /** Cycles from a step to its operands. */
  val Latency = 3

  /** Read in a cycle at most: a word of each memory. */
  def codeWords(g: Geometry): Int = 2 * g.wordCoding.codeWords(g.wordBits) + g.halfCoding.codeWords(g.wordBits)
}
