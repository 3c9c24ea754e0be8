package dev.hwc.rtl.generator.vector

import chisel3._
import chisel3.util._
import dev.hwc.ir.isa.VectorTarget
import dev.hwc.rtl.generator.{ActivationWrite, Geometry, StoreWrite}

/** Writes fp32 words, codes and scales where the command says (isa.md §5); every write leaves a register. */
final class DestinationWriter(g: Geometry) extends Module {
  val io = IO(new Bundle {
    val context = Input(new Context)
    val values = Input(Vec(g.lanes, UInt(32.W)))
    val valueTag = Flipped(Valid(new WordTag(g)))
    val codes = Input(Vec(g.lanes, UInt(8.W)))
    val scale = Input(UInt(16.W))
    val codeTag = Flipped(Valid(new WordTag(g)))
    val place = Flipped(Valid(new ScalePlace(g)))
    val vector = new VectorWrite(g)
    val activation = new ActivationWrite(g)
    val store = new StoreWrite(g)
  })
  private val decoded = new Decoded(io.context.command)
  private val writing = io.context.pass === Pass.Write.U
  private def registered(valid: Bool): Bool = RegNext(valid, false.B)

  // Kinds 0 and 1: lanes beyond n are 0.
  private val fp32 = VecInit(io.values.zip(io.valueTag.bits.mask).map { case (x, live) => Mux(live, x, 0.U) })
  private val value = writing && io.valueTag.valid
  io.vector.valid := registered(value && decoded.to(VectorTarget.VECTOR_FP32))
  io.vector.word := RegNext(io.valueTag.bits.target(g.vectorWordBits - 1, 0))
  io.vector.data := RegNext(fp32)

  // Kind 2.
  private val code = writing && io.codeTag.valid
  private val codeTarget = io.codeTag.bits.target
  private val blockWordBits = log2Ceil(g.wordsPerBlock)
  io.activation.valid := registered(code && decoded.activation)
  io.activation.bank := RegNext(io.codeTag.bits.bank)
  io.activation.block := RegNext((codeTarget >> blockWordBits).pad(g.activationBlockBits)(g.activationBlockBits - 1, 0))
  io.activation.word := (if (blockWordBits == 0) 0.U else RegNext(codeTarget(blockWordBits - 1, 0)))
  io.activation.codes := RegNext(io.codes)
  io.activation.scaleValid := registered(code && decoded.activation && io.codeTag.bits.firstOfBlock)
  io.activation.scale := RegNext(io.scale)

  // Kinds 1 and 3: words, L codes in a quarter of a word, halfwords.
  private val halfBits = VectorWidths.halfBits(g)
  private val quarters = UIntToOH(codeTarget(1, 0))
  private val halves = UIntToOH(io.place.bits.half(halfBits - 1, 0))
  private val codeMask = Cat(quarters.asBools.reverse.map(Fill(g.lanes, _)))
  private val halfMask = Cat(halves.asBools.reverse.map(Fill(2, _)))
  private val storesCodes = code && decoded.storeInt8
  private val storesScale = io.place.valid && decoded.storeInt8
  io.store.valid := registered(
    (value && decoded.to(VectorTarget.STORE_FP32)) || storesCodes || storesScale
  )
  io.store.word := RegNext(
    MuxCase(
      io.valueTag.bits.target,
      Seq(storesCodes -> (codeTarget >> 2), storesScale -> (io.place.bits.half >> halfBits))
    ).pad(g.storeWordBits)(g.storeWordBits - 1, 0)
  )
  io.store.data := RegNext(
    MuxCase(
      fp32.asUInt,
      Seq(storesCodes -> Fill(4, io.codes.asUInt), storesScale -> Fill(2 * g.lanes, io.place.bits.scale))
    )
  )
  io.store.mask := RegNext(
    MuxCase(Fill(4 * g.lanes, true.B), Seq(storesCodes -> codeMask, storesScale -> halfMask))
  )
}
