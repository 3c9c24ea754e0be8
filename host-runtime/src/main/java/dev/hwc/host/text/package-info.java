/**
 * Text in and out of a model: the tokenizer of a file or a folder, and the chat template that turns
 * messages into a prompt. Vocabularies of GGUF files live in {@code dev.hwc.ir.format.tokenizer};
 * folders are read by the libraries of DJL and jinjava. Read {@link dev.hwc.host.text.ModelText} first.
 */
@NullMarked
package dev.hwc.host.text;

import org.jspecify.annotations.NullMarked;
