package dev.hwc.rtl

/** One port of an emitted top module.
  *
  * @param name
  *   name in the SystemVerilog
  * @param input
  *   true for inputs, clock and reset among them
  * @param width
  *   bits, at least 1
  */
final case class Port(name: String, input: Boolean, width: Int) {

  /** Words of 64 bits the port fills. */
  def words: Int = (width + 63) / 64
}
