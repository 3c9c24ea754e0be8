/**
 * safetensors files and folders as Hugging Face stores them: a checked reader over memory-mapped
 * shards, and the two packings of 4-bit weights, GPTQ and AWQ.
 *
 * <p>What the tensors mean for a model lives in {@code dev.hwc.ir.format.model}. Read {@link
 * dev.hwc.ir.format.safetensors.TensorFolder} first, then {@link
 * dev.hwc.ir.format.safetensors.SafetensorsFile}.
 */
@NullMarked
package dev.hwc.ir.format.safetensors;

import org.jspecify.annotations.NullMarked;
