package dev.hwc.rtl.generator.ecc

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator.{EngineFault, Geometry, Isa}
import dev.hwc.rtl.generator.frontend.Fault
import dev.hwc.rtl.generator.matrix.{ActivationBuffer, MatrixSizes, WeightFeed}
import dev.hwc.rtl.generator.vector.OperandFetch

/** Turns what reads showed into a count and into a fault of the running job.
  *
  * What a job reads is reported before it ends: commands end behind their reads, and the job behind its last product
  * (T19). After a fault, reads that were on their way do not count.
  *
  * @param most
  *   code words that the engines can read in a cycle
  */
final class EccMonitor(most: Int) extends Module {
  val io = IO(new Bundle {

    /** Of the reporters. */
    val corrected = Input(Vec(EccMonitor.Reporters, UInt(log2Ceil(most + 1).W)))
    val failed = Input(Vec(EccMonitor.Reporters, Valid(new EngineFault)))

    /** Engines forget what they do. */
    val abort = Input(Bool())

    /** A new job. */
    val begin = Input(Bool())

    /** Words corrected, as a counter's increment. */
    val count = Output(UInt(log2Ceil(EccMonitor.Reporters * most + 1).W))
    val fault = Valid(new Fault)
  })
  private val reported = io.failed.zip(EccMonitor.Queues).map { case (failed, queue) =>
    val fault = Wire(new Fault)
    fault.code := failed.bits.code
    fault.queue := queue.U
    fault.pc := failed.bits.pc
    fault.address := failed.bits.address
    failed.valid -> fault
  }
  private val found = RegInit(false.B)
  private val deaf = RegInit(false.B)
  when(io.begin) { deaf := false.B }.elsewhen(io.abort || found) { deaf := true.B }
  found := reported.map(_._1).reduce(_ || _) && !deaf && !found && !io.abort
  io.fault.valid := found
  io.fault.bits := RegNext(PriorityMux(reported))
  private val sum = io.corrected.reduce(_ +& _)
  io.count := RegNext(sum(io.count.getWidth - 1, 0), 0.U)
}

object EccMonitor {

  /** Queues of the reports, in the order in which faults of one cycle go: weights, activations, vector, store. */
  val Queues: Seq[Int] = Seq(Isa.Matrix, Isa.Matrix, Isa.Vector, Isa.Store)
  val Reporters: Int = Queues.size

  /** Code words that one reporter, the largest, reads in a cycle. */
  def mostRead(g: Geometry): Int = Seq(
    WeightFeed.codeWords(g),
    ActivationBuffer.codeWords(g, new MatrixSizes(g)),
    OperandFetch.codeWords(g),
    g.halfCoding.codeWords(g.beatBits)
  ).max

  /** Words that can be corrected in a cycle. */
  def mostCorrected(g: Geometry): Int = Reporters * mostRead(g)
}
