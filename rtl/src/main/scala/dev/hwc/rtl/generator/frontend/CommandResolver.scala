package dev.hwc.rtl.generator.frontend

import chisel3._
import dev.hwc.ir.isa.{Opcode, Queue}
import dev.hwc.rtl.generator.{Isa, Tag}

/** How a queue's instructions become commands with their addresses resolved (timing.md T2). Twin: the methods of
  * `dev.hwc.sim.systolic.queues.Sequencer`.
  */
abstract class CommandResolver[C <: Bundle](val queue: Queue) {

  /** Type of the commands. */
  def command: C

  /** The command of a word; of control instructions anything.
    *
    * @param register
    *   makes a read port of the register file
    */
  def resolve(word: InstructionFields, tag: Tag, register: UInt => UInt): C

  /** Sum modulo 2^40. */
  protected final def sum(immediate: UInt, register: UInt): UInt = (immediate +& register)(Isa.AddressBits - 1, 0)
}
