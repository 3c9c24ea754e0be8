package dev.hwc.rtl

import chisel3.RawModule
import dev.hwc.ir.hw.HardwareSpec
import dev.hwc.rtl.generator.{Accelerator, Geometry}
import dev.hwc.rtl.generator.control.JobController
import dev.hwc.rtl.generator.ecc.HsiaoBench
import dev.hwc.rtl.generator.frontend._
import dev.hwc.rtl.generator.matrix._
import dev.hwc.rtl.generator.memory._
import dev.hwc.rtl.generator.numerics._
import dev.hwc.rtl.generator.vector.VectorBench
import scala.collection.immutable.ListMap
import scala.jdk.CollectionConverters._

/** Every block that can be emitted and driven by itself. A new block adds one line. */
object Blocks {
  private val constructors: ListMap[String, HardwareSpec => RawModule] = ListMap(
    "Accelerator" -> (spec => new Accelerator(spec)),
    "Fp32Mul" -> (_ => new Fp32Mul),
    "Fp32Add" -> (_ => new Fp32Add),
    "Fp32Max" -> (_ => new Fp32Max),
    "FunctionUnit" -> (_ => new FunctionUnit(FunctionUnit.All)),
    "Recip" -> (_ => new FunctionUnit(Seq(LaneFunction.Recip))),
    "Rsqrt" -> (_ => new FunctionUnit(Seq(LaneFunction.Rsqrt))),
    "Exp" -> (_ => new FunctionUnit(Seq(LaneFunction.Exp))),
    "Sigmoid" -> (_ => new Sigmoid),
    "Silu" -> (_ => new Silu),
    "Pack64" -> (_ => new Pack(64, 10)),
    "AccumulatorToFp32" -> (_ => new AccumulatorToFp32),
    "ToFixed24" -> (_ => new ToFixed(24, floor = false)),
    "ToFixed31" -> (_ => new ToFixed(31, floor = false)),
    "ToFixed31Floor" -> (_ => new ToFixed(31, floor = true)),
    "QuantizeScale" -> (_ => new QuantizeScale),
    "QuantizeCode" -> (_ => new QuantizeCode),
    "Hsiao8" -> (_ => new HsiaoBench(8)),
    "Hsiao16" -> (_ => new HsiaoBench(16)),
    "Hsiao32" -> (_ => new HsiaoBench(32)),
    "Hsiao64" -> (_ => new HsiaoBench(64)),
    "JobController" -> (spec => new JobController(new Geometry(spec))),
    "FrontEnd" -> (spec => new FrontEnd(new Geometry(spec))),
    "ProgramFetch" -> (spec => new ProgramFetch(new Geometry(spec))),
    "ProcessingElement" -> (spec => new ProcessingElement(new Geometry(spec).gated)),
    "SystolicArray" -> (spec => new SystolicArray(new Geometry(spec))),
    "BlockTerm" -> (_ => new BlockTerm),
    "LaneArray" -> (spec => new LaneArray(sizes(spec))),
    "OutputBuffer" -> (spec => new OutputBuffer(new Geometry(spec), sizes(spec))),
    "MatrixUnit" -> (spec => new MatrixUnit(new Geometry(spec))),
    "MemorySide" -> (spec => new MemorySide(new Geometry(spec))),
    "VectorBench" -> (spec => new VectorBench(new Geometry(spec)))
  )

  private def sizes(spec: HardwareSpec): MatrixSizes = new MatrixSizes(new Geometry(spec))

  /** Names in the order of the table above. */
  def names: java.util.List[String] = constructors.keys.toList.asJava

  /** The constructor of a block; only the name of the emitted top is the module's own. */
  def constructor(name: String): HardwareSpec => RawModule =
    constructors.getOrElse(
      name,
      throw new RtlException(s"block '$name' is unknown; blocks: ${constructors.keys.mkString(", ")}")
    )
}
