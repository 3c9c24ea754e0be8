/**
 * GGUF files: a checked reader over a memory-mapped file, a writer that leaves whole files only,
 * and ggml's block types with their decoders and quantizers.
 *
 * <p>What a model's tensors mean lives in {@code dev.hwc.ir.format.model}; what its vocabulary
 * means in {@code dev.hwc.ir.format.tokenizer}. Read {@link dev.hwc.ir.format.gguf.GgufFile} first,
 * then {@link dev.hwc.ir.format.gguf.GgmlType}.
 */
@NullMarked
package dev.hwc.ir.format.gguf;

import org.jspecify.annotations.NullMarked;
