/**
 * Sequences of tokens on a back end: prefill, decode, streaming, scoring a text, and what each step
 * cost. A back end is the reference interpreter or a device; programs, memory and faults are below.
 * Text is above: only token ids pass through here. Read {@link
 * dev.hwc.host.generation.TextGenerator} first, then {@link dev.hwc.host.generation.TokenModel}.
 */
@NullMarked
package dev.hwc.host.generation;

import org.jspecify.annotations.NullMarked;
