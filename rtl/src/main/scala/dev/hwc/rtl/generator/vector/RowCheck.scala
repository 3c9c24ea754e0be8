package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.FaultCode
import dev.hwc.ir.isa.VectorTarget
import dev.hwc.rtl.generator.{EngineFault, Geometry, Isa, VectorCommand}

/** Addresses of a row that begins, or of a scale. */
class CheckRequest extends Bundle {

  /** Check A, B and D. */
  val row = Bool()

  /** Check the scale's place (kind 3). */
  val scale = Bool()
  val a = UInt(Isa.AddressBits.W)
  val b = UInt(Isa.AddressBits.W)
  val d = UInt(Isa.AddressBits.W)
  val place = UInt(Isa.AddressBits.W)

  /** Elements of the row. */
  val n = UInt(VectorWidths.LengthBits.W)
}

/** Whether rows stay in their buffers (isa.md §5, §7): A, B, destination, scale in this order; the first that does not
  * is the fault. Twin: `dev.hwc.sim.systolic.queues.AddressRules`.
  *
  * Stages: counts | comparisons | fault. One request per cycle.
  */
final class RowCheck(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val request = Flipped(Valid(new CheckRequest))
    val command = Input(new VectorCommand)
    val fault = Valid(new EngineFault)
  })
  private val decoded = new Decoded(io.command)
  private val laneBits = log2Ceil(g.lanes)

  /** ceil(n / 2^bits). */
  private def units(n: UInt, bits: Int): UInt = (n +& ((1 << bits) - 1).U) >> bits

  private val n = io.request.bits.n
  private val filled = Mux(decoded.softmax && io.command.k1 > n, io.command.k1, n)
  private val fillBits = log2Ceil(g.spec.activationFill)
  private val fp32Words = units(n, laneBits)
  private val countA =
    Mux(decoded.dequant, Mux(decoded.nibbles, units(n, laneBits + 3), units(n, laneBits + 2)), fp32Words)
  private val countB =
    MuxCase(
      fp32Words,
      Seq(decoded.dequant -> units(n, laneBits + 6), decoded.softmax -> units(n, laneBits + 1))
    )
  // Blocks of an activation row; groups of L codes of an int8 row.
  private val countD = MuxCase(
    fp32Words,
    Seq(
      decoded.activation -> Cat(units(filled, fillBits), 0.U((fillBits - 5).W)),
      decoded.storeInt8 -> (units(n, 5) << log2Ceil(g.wordsPerBlock))
    )
  )

  private def size(memory: UInt): UInt =
    MuxLookup(memory, g.spec.loadWords.U)(Seq(0.U -> g.spec.outputWords.U, 1.U -> g.spec.vectorWords.U))
  private val activationSize =
    Mux(io.command.rows > (g.rows / 2).U, g.activationBlocks.U, (2 * g.activationBlocks).U)
  private val sizeD = MuxLookup(io.command.kind, (4 * g.spec.storeWords).U)(
    Seq(
      VectorTarget.VECTOR_FP32.ordinal.U -> g.spec.vectorWords.U,
      VectorTarget.STORE_FP32.ordinal.U -> g.spec.storeWords.U,
      VectorTarget.ACTIVATION_A8.ordinal.U -> activationSize
    )
  )

  private class Check extends Bundle {
    val from = UInt(Isa.AddressBits.W)
    val count = UInt((Isa.AddressBits + 2).W)
    val size = UInt(24.W)
    val address = UInt(Isa.AddressBits.W)
  }

  private def check(enabled: Bool, from: UInt, count: UInt, size: UInt, address: UInt): (Bool, Check) = {
    val c = Wire(new Check)
    c.from := from
    c.count := count
    c.size := size
    c.address := address
    (RegNext(enabled, false.B), RegNext(c))
  }

  private val request = io.request.bits
  private val row = io.request.valid && request.row
  // The first address unit of an int8 row is a byte.
  private val addressD = Mux(decoded.storeInt8, (request.d << laneBits)(Isa.AddressBits - 1, 0), request.d)
  private val checks = Seq(
    check(row, request.a, countA, size(io.command.memoryA), request.a),
    check(row && decoded.readsB, request.b, countB, size(io.command.memoryB), request.b),
    check(row, request.d, countD, sizeD, addressD),
    check(
      io.request.valid && request.scale,
      request.place,
      1.U,
      (2 * g.lanes * g.spec.storeWords).U,
      request.place
    )
  )
  private val outside = checks.map { case (enabled, c) =>
    RegNext(enabled && c.from +& c.count > c.size, false.B)
  }
  private val addresses = checks.map { case (_, c) => RegNext(c.address) }

  io.fault.valid := RegNext(outside.reduce(_ || _), false.B)
  io.fault.bits.code := FaultCode.BUFFER.number.U
  io.fault.bits.pc := io.command.tag.pc
  io.fault.bits.address := RegNext(PriorityMux(outside, addresses))
}
