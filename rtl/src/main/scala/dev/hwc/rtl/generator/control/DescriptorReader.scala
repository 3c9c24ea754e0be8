package dev.hwc.rtl.generator.control

import chisel3._
import chisel3.util._
import dev.hwc.ir.device.JobDescriptor
import dev.hwc.rtl.generator._
import scala.jdk.CollectionConverters._

/** Where a queue's program lies: byte offset in window 0 (as given, 64 bits) and number of instructions. */
final class ProgramLocation extends Bundle {
  val offset = UInt(64.W)
  val instructions = UInt(32.W)
}

/** Takes a job descriptor apart as its beats arrive (isa.md §8). */
final class DescriptorReader(g: Geometry) extends Module {
  val io = IO(new Bundle {

    /** A new descriptor follows. */
    val clear = Input(Bool())
    val beat = Input(Valid(UInt(g.beatBits.W)))

    /** The last beat has arrived; the fields hold from the next cycle on. */
    val last = Output(Bool())
    val wellFormed = Output(Bool())
    val forThisHardware = Output(Bool())
    val resident = Output(Bool())
    val programs = Output(Vec(Isa.Queues, new ProgramLocation))
    val windows = Output(Vec(8, new WindowEntry))
    val argumentIndex = Input(Vec(Isa.Queues, UInt(5.W)))
    val argument = Output(Vec(Isa.Queues, UInt(Isa.AddressBits.W)))
  })
  private val wordBytes = 8
  private val words = JobDescriptor.BYTES / wordBytes
  private val lanes = 1 max (g.beatBytes / wordBytes)

  // 64-bit words: several of a wide beat at once, or one of two beats of four bytes.
  private val valid = Wire(Bool())
  private val lane: Seq[UInt] =
    if (g.beatBytes >= wordBytes) {
      valid := io.beat.valid
      Seq.tabulate(lanes)(l => io.beat.bits(64 * l + 63, 64 * l))
    } else {
      val upper = RegInit(false.B)
      when(io.clear) { upper := false.B }.elsewhen(io.beat.valid) { upper := !upper }
      val low = RegEnable(io.beat.bits, io.beat.valid)
      valid := io.beat.valid && upper
      Seq(Cat(io.beat.bits, low))
    }
  private val group = RegInit(0.U(log2Ceil(words / lanes).W))
  when(io.clear) { group := 0.U }.elsewhen(valid) { group := group + 1.U }
  io.last := valid && group === (words / lanes - 1).U

  /** The 64-bit word at a byte offset, and whether it arrives in this cycle. */
  private def word(byte: Int): (Bool, UInt) = {
    val k = byte / wordBytes
    (valid && group === (k / lanes).U, lane(k % lanes))
  }

  private val wellFormed = Reg(Bool())
  private val same = Reg(Bool())
  private val resident = Reg(Bool())
  private def reject(condition: Bool): Unit = when(condition) { wellFormed := false.B }
  when(io.clear) {
    wellFormed := true.B
    same := true.B
  }

  private val (headArrives, head) = word(0)
  when(headArrives) { resident := head(32) }
  reject(headArrives && (head(31, 0) =/= JobDescriptor.MAGIC.U || head(63, 33).orR))

  private val hash = BigInt(g.spec.hash, 16).toByteArray.reverse.padTo(16, 0.toByte).take(16).reverse
  for (half <- 0 until 2) {
    val (arrives, value) = word(JobDescriptor.HASH + wordBytes * half)
    val bytes = hash.slice(wordBytes * half, wordBytes * half + wordBytes).reverse
    when(arrives && value =/= BigInt(1, bytes).U) { same := false.B }
  }

  private val programs = Reg(Vec(Isa.Queues, new ProgramLocation))
  for (queue <- 0 until Isa.Queues) {
    val (offsetArrives, offset) = word(JobDescriptor.PROGRAMS + 16 * queue)
    val (countArrives, count) = word(JobDescriptor.PROGRAMS + 16 * queue + wordBytes)
    when(offsetArrives) { programs(queue).offset := offset }
    when(countArrives) { programs(queue).instructions := count(31, 0) }
    reject(countArrives && count(63, 32).orR)
  }

  private val windows = Reg(Vec(8, new WindowEntry))
  for (w <- 0 until 8) {
    val (baseArrives, base) = word(JobDescriptor.WINDOWS + 16 * w)
    val (limitArrives, limit) = word(JobDescriptor.WINDOWS + 16 * w + wordBytes)
    when(baseArrives) { windows(w).base := Low(base, Isa.AddressBits) }
    reject(baseArrives && (base(11, 0).orR || base(63, Isa.AddressBits).orR))
    when(limitArrives) {
      windows(w).limit := Low(limit, Isa.AddressBits + 1)
      windows(w).readable := limit(62)
      windows(w).writable := limit(63)
    }
    reject(limitArrives && limit(61, Isa.AddressBits + 1).orR)
  }

  private val arguments = Module(new ArgumentTable(lanes))
  private val firstGroup = JobDescriptor.ARGUMENTS / wordBytes / lanes
  arguments.io.write := valid && group >= firstGroup.U
  arguments.io.group := Low(group - firstGroup.U, arguments.io.group.getWidth)
  arguments.io.values := VecInit(lane.map(_(Isa.AddressBits - 1, 0)))
  arguments.io.index := io.argumentIndex

  io.argument := arguments.io.value
  io.wellFormed := wellFormed
  io.forThisHardware := same
  io.resident := resident
  io.programs := programs
  io.windows := windows
}
