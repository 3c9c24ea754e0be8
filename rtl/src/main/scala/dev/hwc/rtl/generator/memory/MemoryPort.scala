package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** AXI4 master: both channels and their recovery. Ports without a comment are those of [[ReadChannel]],
  * [[WriteChannel]] and [[Recovery]] of the same meaning.
  */
final class MemoryPort(g: Geometry) extends Module {
  val read = Module(new ReadChannel(g, new Delivery, (d: Delivery) => d.tag.pc))
  val write = Module(new WriteChannel(g))
  val recovery = Module(new Recovery)
  val io = IO(new Bundle {
    val axi = new Axi4Port(g)
    val abort = Input(Bool())
    val timeoutCycles = Input(UInt(Recovery.TimeoutBits.W))
    val drained = Output(Bool())

    /** Whether the port was isolated since reset. */
    val isolated = Output(Bool())
    val readPlace = Output(Bool())
    val readReserved = Input(Bool())
    val request = Flipped(Valid(new ReadRequest(new Delivery)))
    val readBeat = Valid(new ArrivedBeat(g, new Delivery))
    val readFault = Valid(new EngineFault)
    val writeRoom = Output(Bool())
    val writePlace = Output(Bool())
    val reservedBeat = Input(Bool())
    val reservedBurst = Input(Bool())
    val writeBeat = Flipped(Valid(new WriteBeat(g)))
    val answer = Valid(new WriteBurst)
    val writeFault = Valid(new EngineFault)
  })
  recovery.io.abort := io.abort
  recovery.io.timeoutCycles := io.timeoutCycles
  recovery.io.read <> read.io.recovery
  recovery.io.write <> write.io.recovery
  io.drained := recovery.io.drained
  private val isolated = RegInit(false.B)
  when(recovery.io.isolated) { isolated := true.B }
  io.isolated := isolated
  io.axi.ar <> read.io.ar
  io.axi.r <> read.io.r
  io.axi.aw <> write.io.aw
  io.axi.w <> write.io.w
  io.axi.b <> write.io.b
  io.readPlace := read.io.place
  read.io.reserved := io.readReserved
  read.io.request := io.request
  io.readBeat := read.io.beat
  io.readFault := read.io.fault
  io.writeRoom := write.io.room
  io.writePlace := write.io.place
  write.io.reservedBeat := io.reservedBeat
  write.io.reservedBurst := io.reservedBurst
  write.io.beat := io.writeBeat
  io.answer := write.io.answer
  io.writeFault := write.io.fault
}
