package dev.hwc.rtl.generator.control

import chisel3._
import chisel3.util._
import dev.hwc.ir.device.{Counter, Register}
import dev.hwc.rtl.generator._
import dev.hwc.rtl.generator.frontend.Fault

/** What the host sets. */
final class HostControl extends Bundle {
  val enable = Bool()

  /** For one cycle: end the running job. */
  val abort = Bool()
  val ring = UInt(Isa.AddressBits.W)
  val ringLog2 = UInt(4.W)
  val doorbell = UInt(32.W)

  /** Most cycles of a job in units of 65536, 0: no limit. */
  val watchdog = UInt(32.W)

  /** Cycles until an unanswered burst is a fault, 0: never. */
  val busTimeout = UInt(32.W)
}

/** What the host sees of the jobs. */
final class JobStatus extends Bundle {
  val idle = Bool()
  val draining = Bool()
  val isolated = Bool()
  val completed = UInt(32.W)
  val cycles = UInt(Counters.Width.W)

  /** Code 0: none. */
  val fault = new Fault

  /** For one cycle each: a job ended; it ended with a fault. */
  val ended = Bool()
  val faulted = Bool()
}

/** The registers of `dev.hwc.ir.device.Register` behind AXI4-Lite. A write takes effect at the end of the cycle in
  * which address and data are accepted, both at once; a read is answered two cycles after its address.
  */
final class ControlRegisters(g: Geometry) extends Module {
  private val addressBits = log2Ceil(Register.SPACE_BYTES)
  val io = IO(new Bundle {
    val bus = Flipped(new AxiLite(addressBits))
    val control = Output(new HostControl)
    val status = Input(new JobStatus)
    val retired = Input(UInt(4.W))
    val snapshot = Output(Bool())
    val copying = Input(Bool())
    val counterIndex = Output(UInt(log2Ceil(Counter.SLOTS).W))
    val counter = Input(UInt(Counters.Width.W))
    val interrupt = Output(Bool())
  })

  private def at(address: UInt, register: Register): Bool =
    address(addressBits - 1, 2) === (register.offset / 4).U
  private def isCounter(address: UInt): Bool = {
    val first = Register.COUNTERS.offset
    address >= first.U && address < (first + 8 * Counter.SLOTS).U
  }

  // Writes.
  private val answering = RegInit(false.B)
  private val writing = io.bus.awvalid && io.bus.wvalid && !answering
  io.bus.awready := writing
  io.bus.wready := writing
  io.bus.bvalid := answering
  io.bus.bresp := 0.U
  when(writing) { answering := true.B }.elsewhen(io.bus.bready) { answering := false.B }

  private val mask = FillInterleaved(8, io.bus.wstrb)
  private def written(register: Register): Bool = writing && at(io.bus.awaddr, register)
  private def held(register: Register, width: Int): UInt = {
    val value = RegInit(0.U(width.W))
    when(written(register)) { value := Low((value & (~mask).asUInt) | (io.bus.wdata & mask), width) }
    value
  }
  private val scratch = held(Register.SCRATCH, 32)
  private val enable = held(Register.CONTROL, 1)
  private val ringLow = held(Register.RING_LOW, 32)
  private val ringHigh = held(Register.RING_HIGH, Isa.AddressBits - 32)
  private val ringLog2 = held(Register.RING_LOG2, 4)
  private val doorbell = held(Register.DOORBELL, 32)
  private val watchdog = held(Register.WATCHDOG, 32)
  private val busTimeout = held(Register.BUS_TIMEOUT, 32)
  private val interruptMask = held(Register.INTERRUPT_MASK, 2)

  private val interrupts = RegInit(0.U(2.W))
  private val cleared = Mux(written(Register.INTERRUPT_CLEAR), (io.bus.wdata & mask)(1, 0), 0.U)
  interrupts := (interrupts & (~cleared).asUInt) | Cat(io.status.faulted, io.status.ended)
  io.interrupt := (interrupts & interruptMask).orR
  io.snapshot := written(Register.SNAPSHOT)

  private val heartbeat = RegInit(0.U(32.W))
  heartbeat := heartbeat + PopCount(io.retired)

  io.control.enable := enable.asBool
  io.control.abort := RegNext(written(Register.CONTROL) && io.bus.wdata(1) && io.bus.wstrb(0), false.B)
  io.control.ring := Cat(ringHigh, ringLow(31, 12), 0.U(12.W))
  io.control.ringLog2 := ringLog2
  io.control.doorbell := doorbell
  io.control.watchdog := watchdog
  io.control.busTimeout := busTimeout

  // Reads: address | RAM and selection | answer.
  private val pending = RegInit(false.B)
  private val answered = RegInit(false.B)
  private val address = Reg(UInt(addressBits.W))
  private val data = Reg(UInt(32.W))
  io.bus.arready := !pending && !answered
  when(io.bus.arvalid && io.bus.arready) {
    pending := true.B
    address := io.bus.araddr
  }
  io.counterIndex := Low((io.bus.araddr - Register.COUNTERS.offset.U) >> 3, log2Ceil(Counter.SLOTS))
  private val unmappedSeen = RegInit(false.B)

  private val spec = g.spec
  private val hash = BigInt(spec.hash, 16)
  private def hashWord(i: Int): UInt = {
    val bytes = (0 until 4).map(b => (hash >> (8 * (15 - 4 * i - b))) & 0xff)
    bytes.zipWithIndex.map { case (byte, b) => byte << (8 * b) }.reduce(_ | _).U(32.W)
  }
  private val status = Cat(
    unmappedSeen,
    io.status.isolated,
    io.status.fault.code.orR,
    io.status.draining,
    !io.status.idle,
    io.status.idle
  )
  private val values: Seq[(Register, UInt)] = Seq(
    Register.ID -> Register.ID_VALUE.U,
    Register.VERSION -> Register.VERSION_VALUE.U,
    Register.ARRAY -> (BigInt(g.rows) | BigInt(g.columns) << 8 | BigInt(g.slots) << 16 | BigInt(g.lanes) << 24).U,
    Register.PORT -> (BigInt(g.beatBytes) | BigInt(g.maxBurstBytes) << 16).U,
    Register.QUEUES -> (BigInt(g.instructions) | BigInt(Isa.Queues) << 24).U,
    Register.OUTSTANDING ->
      (BigInt(g.outstandingReads) | BigInt(g.outstandingWrites) << 8 | BigInt(Isa.AddressBits) << 16).U,
    Register.CLOCK_MHZ -> spec.clockMhz.U,
    Register.HASH_0 -> hashWord(0),
    Register.HASH_1 -> hashWord(1),
    Register.HASH_2 -> hashWord(2),
    Register.HASH_3 -> hashWord(3),
    Register.SCRATCH -> scratch,
    Register.NOT_SCRATCH -> (~scratch).asUInt,
    Register.CONTROL -> enable,
    Register.STATUS -> status,
    Register.FAULT -> Cat(io.status.fault.pc, 0.U(6.W), io.status.fault.queue, 0.U(4.W), io.status.fault.code),
    Register.FAULT_ADDRESS_LOW -> io.status.fault.address(31, 0),
    Register.FAULT_ADDRESS_HIGH -> io.status.fault.address(Isa.AddressBits - 1, 32),
    Register.RING_LOW -> Cat(ringLow(31, 12), 0.U(12.W)),
    Register.RING_HIGH -> ringHigh,
    Register.RING_LOG2 -> ringLog2,
    Register.DOORBELL -> doorbell,
    Register.COMPLETED -> io.status.completed,
    Register.CYCLES_LOW -> io.status.cycles(31, 0),
    Register.CYCLES_HIGH -> io.status.cycles(Counters.Width - 1, 32),
    Register.WATCHDOG -> watchdog,
    Register.BUS_TIMEOUT -> busTimeout,
    Register.HEARTBEAT -> heartbeat,
    Register.INTERRUPT_STATUS -> interrupts,
    Register.INTERRUPT_MASK -> interruptMask,
    Register.INTERRUPT_CLEAR -> 0.U,
    Register.SNAPSHOT -> io.copying
  )
  private def word(value: UInt): UInt = {
    val wide = Wire(UInt(32.W))
    wide := value
    wide
  }
  private val mapped = values.map { case (register, _) => at(address, register) }
  private val counterWord = Mux(address(2), io.counter(Counters.Width - 1, 32), io.counter(31, 0))
  private val known = mapped.reduce(_ || _) || isCounter(address)
  when(pending) {
    pending := false.B
    answered := true.B
    data := Mux1H(mapped, values.map { case (_, value) => word(value) }) |
      Mux(isCounter(address), counterWord, 0.U) |
      Mux(known, 0.U, BigInt(Register.UNMAPPED_VALUE & 0xffffffffL).U)
    unmappedSeen := unmappedSeen || !known
  }
  when(answered && io.bus.rready) { answered := false.B }
  io.bus.rvalid := answered
  io.bus.rdata := data
  io.bus.rresp := 0.U
}
