package dev.hwc.rtl

/** Wrong input to the generator or the harness, or a tool that failed. The message says what, where and what to do. */
final class RtlException(message: String, cause: Throwable) extends RuntimeException(message, cause) {
  def this(message: String) = this(message, null)
}
