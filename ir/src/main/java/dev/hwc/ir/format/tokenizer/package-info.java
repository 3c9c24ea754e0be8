/**
 * Text to token ids and back, from the vocabulary a GGUF file carries.
 *
 * <p>The file format itself lives in {@code dev.hwc.ir.format.gguf}; chat templates and sampling
 * are not here. Read {@link dev.hwc.ir.format.tokenizer.Tokenizer} first, then {@link
 * dev.hwc.ir.format.tokenizer.SpmTokenizer}.
 */
@NullMarked
package dev.hwc.ir.format.tokenizer;

import org.jspecify.annotations.NullMarked;
