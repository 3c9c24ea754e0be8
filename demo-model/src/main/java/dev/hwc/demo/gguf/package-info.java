/**
 * Writes and reads the GGUF files of this one model.
 *
 * <p>Small and separate from the reader of hwc on purpose: two readers that agree are a check of both. Read {@link
 * dev.hwc.demo.gguf.Exporter} first.
 */
@NullMarked
package dev.hwc.demo.gguf;

import org.jspecify.annotations.NullMarked;
