package dev.hwc.rtl

import chisel3.{Data, Element, RawModule}
import chisel3.experimental.SourceInfo
import chisel3.reflect.DataMirror
import circt.stage.ChiselStage
import dev.hwc.ir.IrException
import dev.hwc.ir.hw.{HardwareSpec, HardwareSpecs}
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

/** What [[Emit]] wrote.
  *
  * @param top
  *   name of the top module; its file is `top.sv`
  * @param directory
  *   holds one file per module and `ports.json`, of this top only: firtool specialises shared submodules per top
  * @param ports
  *   ports of the top in order; ports of no bits are left out, as in the SystemVerilog
  */
final case class Emitted(top: String, directory: Path, ports: java.util.List[Port])

/** Writes one block as SystemVerilog. */
object Emit {
  private val FirtoolOptions = Array(
    "--disable-all-randomization",
    "--strip-debug-info",
    "--lowering-options=disallowLocalVariables,disallowPackedArrays"
  )

  /** `Emit BLOCK HARDWARE DIRECTORY`: hardware is a preset's name or a YAML file. */
  def main(args: Array[String]): Unit = args match {
    case Array(block, hardware, directory) =>
      try {
        val emitted = emit(block, HardwareSpecs.find(hardware), Path.of(directory))
        println(s"${emitted.directory}/${emitted.top}.sv")
      } catch {
        case e @ (_: RtlException | _: IrException) =>
          System.err.println(s"emit: error: ${e.getMessage}")
          sys.exit(1)
      }
    case _ =>
      System.err.println(s"usage: Emit BLOCK HARDWARE DIRECTORY; blocks: ${Blocks.names.asScala.mkString(", ")}")
      sys.exit(2)
  }

  /** Elaborates a block for this hardware and writes it and its `ports.json` into a directory of its own.
    *
    * @param directory
    *   made when absent; must be empty
    */
  // One at a time: Chisel's elaboration is not meant for several threads.
  def emit(block: String, spec: HardwareSpec, directory: Path): Emitted = synchronized {
    val constructor = Blocks.constructor(block)
    requireEmpty(directory)
    var top: Option[RawModule] = None
    ChiselStage.emitSystemVerilogFile(
      { val module = constructor(spec); top = Some(module); module },
      Array("--target-dir", directory.toString, "--split-verilog"),
      FirtoolOptions
    )
    val module = top.get
    // An indexed list: the harness looks ports up by their number in every cycle.
    val emitted = Emitted(module.name, directory, ports(module).toIndexedSeq.asJava)
    if (!Files.exists(directory.resolve(s"${emitted.top}.sv")))
      throw new RtlException(s"block '$block': firtool wrote no ${emitted.top}.sv into $directory")
    Files.writeString(directory.resolve("ports.json"), json(emitted, spec))
    emitted
  }

  private def requireEmpty(directory: Path): Unit = {
    Files.createDirectories(directory)
    val found = Files.list(directory)
    try
      if (found.findAny.isPresent)
        throw new RtlException(s"directory $directory is not empty; each top needs a directory of its own")
    finally found.close()
  }

  private def ports(module: RawModule): Seq[Port] = {
    implicit val source: SourceInfo = chisel3.experimental.UnlocatableSourceInfo
    DataMirror.fullModulePorts(module).collect {
      case (name, leaf: Element) if width(module, name, leaf) > 0 =>
        Port(name, DataMirror.directionOf(leaf) == chisel3.ActualDirection.Input, leaf.getWidth)
    }
  }

  private def width(module: RawModule, name: String, leaf: Data): Int =
    leaf.widthOption.getOrElse(
      throw new RtlException(s"port $name of ${module.name} has no stated width; give it one")
    )

  private def json(emitted: Emitted, spec: HardwareSpec): String = {
    val lines = emitted.ports.asScala.map { p =>
      s"""    {"name": "${p.name}", "direction": "${if (p.input) "input" else "output"}", "width": ${p.width}}"""
    }
    s"""{
       |  "generated": "from hardware ${spec.name} by dev.hwc.rtl.Emit, do not edit",
       |  "hardware": "${spec.hash}",
       |  "top": "${emitted.top}",
       |  "ports": [
       |${lines.mkString(",\n")}
       |  ]
       |}
       |""".stripMargin
  }
}
