/**
 * The host's side of a device: running jobs, generating text, choosing tokens. The packages: {@code
 * device} (what a device does, and its back ends), {@code generation} (prefill, decode, scoring a
 * text), {@code sampling} (from logits to a token), {@code text} (tokenizers of folders, chat templates). Here lives only what they share. How a model
 * becomes programs is the compiler's business. Read {@link dev.hwc.host.device.Device} first.
 */
@NullMarked
package dev.hwc.host;

import org.jspecify.annotations.NullMarked;
