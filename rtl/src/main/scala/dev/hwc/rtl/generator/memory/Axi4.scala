package dev.hwc.rtl.generator.memory

import chisel3._
import chisel3.util._
import dev.hwc.rtl.generator._

/** What never changes in our AXI4 transactions, and how ids are made. */
object Axi4 {

  /** An epoch and, below it, one bit that is 0: all bursts of a direction share an id, so they are answered in order.
    */
  val EpochBits = 3
  val IdBits: Int = EpochBits + 1

  /** Longest burst that AXI4 allows has 256 beats. */
  val LengthBits = 8

  /** INCR of `burst`. */
  val Incrementing = 1

  /** OKAY of `resp`. */
  val Okay = 0

  /** Unprivileged, non-secure, data. */
  val Protection = 2

  /** Normal memory, bufferable, not cached. */
  val Cache = 3

  /** The id of all bursts of an epoch. */
  def id(epoch: UInt): UInt = Cat(epoch, 0.U(1.W))

  /** Beat number of a byte address within its burst-aligned block of `blockBytes`. */
  def beatIn(address: UInt, blockBytes: Int, beatBytes: Int): UInt =
    ((address(log2Ceil(blockBytes) - 1, 0) >> log2Ceil(beatBytes)).pad(LengthBits))(LengthBits - 1, 0)

  /** The address of the beat that holds a byte. */
  def alignToBeat(address: UInt, beatBytes: Int): UInt =
    Cat(address(Isa.AddressBits - 1, log2Ceil(beatBytes)), 0.U(log2Ceil(beatBytes).W))
}

/** AR and AW. */
final class Axi4Address extends Bundle {
  val id = UInt(Axi4.IdBits.W)
  val addr = UInt(Isa.AddressBits.W)

  /** Beats minus one. */
  val len = UInt(Axi4.LengthBits.W)
  val size = UInt(3.W)
  val burst = UInt(2.W)
  val prot = UInt(3.W)
  val cache = UInt(4.W)

  /** An incrementing burst of whole beats. */
  def describe(epoch: UInt, address: UInt, beatsMinusOne: UInt, beatBytes: Int): Unit = {
    id := Axi4.id(epoch)
    addr := Axi4.alignToBeat(address, beatBytes)
    len := beatsMinusOne
    size := log2Ceil(beatBytes).U
    burst := Axi4.Incrementing.U
    prot := Axi4.Protection.U
    cache := Axi4.Cache.U
  }
}

/** R. */
final class Axi4ReadData(beatBits: Int) extends Bundle {
  val id = UInt(Axi4.IdBits.W)
  val data = UInt(beatBits.W)
  val resp = UInt(2.W)
  val last = Bool()
}

/** W. */
final class Axi4WriteData(beatBits: Int) extends Bundle {
  val data = UInt(beatBits.W)
  val strb = UInt((beatBits / 8).W)
  val last = Bool()
}

/** B. */
final class Axi4WriteResponse extends Bundle {
  val id = UInt(Axi4.IdBits.W)
  val resp = UInt(2.W)
}

/** The master's side of an AXI4 port. */
final class Axi4Port(g: Geometry) extends Bundle {
  val ar = Decoupled(new Axi4Address)
  val r = Flipped(Decoupled(new Axi4ReadData(g.beatBits)))
  val aw = Decoupled(new Axi4Address)
  val w = Decoupled(new Axi4WriteData(g.beatBits))
  val b = Flipped(Decoupled(new Axi4WriteResponse))
}
