package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** Numbers of the memories at the port of [[VectorBench]]. */
object BenchMemory {
  val Output = 0
  val Vector = 1
  val Load = 2
  val Store = 3
  val Activation = 4
  val Scales = 5
}

/** The vector unit with all its memories and a port to fill and to read them, for tests.
  *
  * Words of a memory are numbered from 0: output, vector, load and store by word; activation L codes, by bank, block
  * and word of the block; scales by bank and block.
  */
final class VectorBench(g: Geometry) extends Module {
  private val bankBits = log2Ceil(g.rows)
  private val blockWordBits = log2Ceil(g.wordsPerBlock)
  private val addressBits = 24
  val io = IO(new Bundle {
    val memory = Input(UInt(3.W))
    val address = Input(UInt(addressBits.W))
    val write = Input(Bool())
    val in = Input(UInt(g.wordBits.W))

    /** A cycle later. */
    val out = Output(UInt(g.wordBits.W))
    val start = Input(Bool())
    val command = Input(new VectorCommand)
    val abort = Input(Bool())

    /** Since the last start: cycles to completion, busy cycles, exceptions, first fault. */
    val free = Output(Bool())
    val completed = Output(Bool())
    val pc = Output(UInt(Isa.PcBits.W))
    val cycles = Output(UInt(32.W))
    val busy = Output(UInt(32.W))
    val exceptions = Output(UInt(32.W))
    val fault = Output(new EngineFault)
  })
  private def word = Vec(g.lanes, UInt(32.W))
  private val unit = Module(new VectorUnit(g))
  private val vector = Module(new VectorBuffer(g))
  private val output = SyncReadMem(g.spec.outputWords, word)
  private val load = SyncReadMem(g.spec.loadWords, UInt(g.wordBits.W))
  private val store = SyncReadMem(g.spec.storeWords, Vec(4 * g.lanes, UInt(8.W)))
  private val codes = SyncReadMem(g.rows * g.spec.activationBlocks * g.wordsPerBlock, Vec(g.lanes, UInt(8.W)))
  private val scales = SyncReadMem(g.rows * g.spec.activationBlocks, UInt(16.W))
  private def accessed(memory: Int) = io.memory === memory.U
  private def written(memory: Int) = io.write && accessed(memory)

  unit.io.engine.start := io.start
  unit.io.engine.command := io.command
  unit.io.abort := io.abort

  unit.io.output.checks := 0.U.asTypeOf(unit.io.output.checks)
  unit.io.load.checks := 0.U.asTypeOf(unit.io.load.checks)
  unit.io.vector.checks := vector.io.read.checks
  unit.io.output.data := output.read(unit.io.output.address, unit.io.output.enable)
  when(written(BenchMemory.Output)) { output.write(io.address, io.in.asTypeOf(word)) }
  unit.io.load.data := load.read(unit.io.load.address, unit.io.load.enable)
  when(written(BenchMemory.Load)) { load.write(io.address, io.in) }

  vector.io.read.enable := unit.io.vector.enable || accessed(BenchMemory.Vector)
  vector.io.read.address := Mux(unit.io.vector.enable, unit.io.vector.address, io.address)
  unit.io.vector.data := vector.io.read.data
  vector.io.write := unit.io.vectorWrite
  when(written(BenchMemory.Vector)) {
    vector.io.write.valid := true.B
    vector.io.write.word := io.address(vector.io.write.word.getWidth - 1, 0)
    vector.io.write.data := io.in.asTypeOf(word)
  }

  private val bytes = Vec(4 * g.lanes, UInt(8.W))
  // One port: of two write ports with different masks firtool 1.155 makes a memory without masks.
  private val filled = written(BenchMemory.Store)
  when(filled || unit.io.store.valid) {
    store.write(
      Mux(filled, io.address, unit.io.store.word),
      Mux(filled, io.in, unit.io.store.data).asTypeOf(bytes),
      Mux(filled, Fill(4 * g.lanes, true.B), unit.io.store.mask).asBools
    )
  }
  private val activation = unit.io.activation
  // The bank half an array further on follows a row's bank, as in the simulator's arrays.
  private val rowBits = activation.bank.getWidth
  private val bank = Cat(activation.bank(rowBits - 2, 0), activation.bank(rowBits - 1))
  private val block = bank * g.activationBlocks.U +& activation.block
  private val codeWord = if (blockWordBits == 0) block else Cat(block, activation.word(blockWordBits - 1, 0))
  when(written(BenchMemory.Activation)) {
    codes.write(io.address, io.in.asTypeOf(Vec(g.lanes, UInt(8.W))))
  }.elsewhen(activation.valid) { codes.write(codeWord, activation.codes) }
  when(written(BenchMemory.Scales)) {
    scales.write(io.address, io.in(15, 0))
  }.elsewhen(activation.valid && activation.scaleValid) { scales.write(block, activation.scale) }

  private val memory = RegNext(io.memory)
  io.out := MuxLookup(memory, vector.io.read.data.asUInt)(
    Seq(
      BenchMemory.Store.U -> store.read(io.address).asUInt,
      BenchMemory.Activation.U -> codes.read(io.address).asUInt,
      BenchMemory.Scales.U -> scales.read(io.address)
    )
  )

  private val completed = RegInit(false.B)
  private val pc = Reg(UInt(Isa.PcBits.W))
  private val cycles = Reg(UInt(32.W))
  private val busy = Reg(UInt(32.W))
  private val exceptions = Reg(UInt(32.W))
  private val fault = RegInit(0.U.asTypeOf(new EngineFault))
  when(!completed) { cycles := cycles + 1.U }
  busy := busy + unit.io.engine.busy
  exceptions := exceptions + unit.io.exceptions
  when(unit.io.engine.complete.valid) {
    completed := true.B
    cycles := cycles
    pc := unit.io.engine.complete.bits.pc
  }
  when(unit.io.engine.fault.valid && fault.code === 0.U) { fault := unit.io.engine.fault.bits }
  when(io.start) {
    completed := false.B
    cycles := 1.U
    busy := unit.io.engine.busy
    exceptions := 0.U
    fault := 0.U.asTypeOf(new EngineFault)
  }
  io.free := unit.io.engine.free
  io.completed := completed
  io.pc := pc
  io.cycles := cycles
  io.busy := busy
  io.exceptions := exceptions
  io.fault := fault
}
