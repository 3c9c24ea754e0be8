/**
 * What a model is, apart from the file it came from: its configuration, the weights its
 * architecture needs, known shapes without weights, and a model's named tensors.
 *
 * <p>File formats live in {@code dev.hwc.ir.format.gguf}; operations on the weights live in {@code
 * dev.hwc.ir.tensor}. Read {@link dev.hwc.ir.format.model.Model} first, then {@link
 * dev.hwc.ir.format.model.ModelConfig}.
 */
@NullMarked
package dev.hwc.ir.format.model;

import org.jspecify.annotations.NullMarked;
