package dev.hwc.rtl.generator.memory

import chisel3._

/** High for one cycle when something waited for has not moved for `limit` cycles (0: never). */
object Silence {
  def apply(waiting: Bool, moved: Bool, limit: UInt): Bool = {
    val cycles = RegInit(0.U(Recovery.TimeoutBits.W))
    val over = waiting && limit =/= 0.U && cycles === limit
    cycles := Mux(!waiting || moved || over, 0.U, cycles + 1.U)
    over
  }
}
