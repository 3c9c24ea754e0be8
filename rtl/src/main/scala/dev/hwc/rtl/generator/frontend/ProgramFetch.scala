package dev.hwc.rtl.generator.frontend

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{Geometry, Isa}

/** Reads the four programs into their memories and checks them on the way. */
final class ProgramFetch(g: Geometry) extends Module {
  private val shape = new ProgramShape(g)
  val io = IO(new Bundle {
    val stream = new ProgramStream(g)
    val stop = Input(Bool())
    val writes = Vec(Isa.Queues, Valid(new ProgramWrite(shape)))
    val fault = Valid(new ProgramPlace)
    val loaded = Output(Bool())
  })
  private val loader = Module(new ProgramLoader(g))
  private val checker = Module(new ProgramChecker(g))
  io.stream <> loader.io.stream
  loader.io.stop := io.stop
  checker.io.restart := io.stream.start
  checker.io.row := loader.io.row
  checker.io.empty := loader.io.empty
  checker.io.complete := loader.io.stream.complete
  io.fault := checker.io.fault
  io.loaded := checker.io.loaded
  for ((write, queue) <- io.writes.zipWithIndex) {
    write.valid := loader.io.write.valid && loader.io.row.bits.queue === queue.U
    write.bits := loader.io.write.bits
  }
}
