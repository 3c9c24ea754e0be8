package dev.hwc.rtl

import chisel3.RawModule
import dev.hwc.ir.hw.HardwareSpec
import dev.hwc.rtl.generator.Geometry
import dev.hwc.rtl.generator.numerics._
import dev.hwc.rtl.generator.vector.VectorBench
import scala.collection.immutable.ListMap
import scala.jdk.CollectionConverters._

/** Every block that can be emitted and driven by itself. A new block adds one line. */
object Blocks {
  private val constructors: ListMap[String, HardwareSpec => RawModule] = ListMap(
    "Fp32Mul" -> (_ => new Fp32Mul),
    "VectorBench" -> (spec => new VectorBench(new Geometry(spec)))
  )

  /** Names in the order of the table above. */
  def names: java.util.List[String] = constructors.keys.toList.asJava

  /** The constructor of a block; the module it makes has the block's name. */
  def constructor(name: String): HardwareSpec => RawModule =
    constructors.getOrElse(
      name,
      throw new RtlException(s"block '$name' is unknown; blocks: ${constructors.keys.mkString(", ")}")
    )
}
