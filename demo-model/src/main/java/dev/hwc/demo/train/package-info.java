/**
 * Training: the decoder, the schedule, the loop.
 *
 * <p>Gradients and optimizer come from the Deep Java Library (PyTorch engine). No files here. Read {@link
 * dev.hwc.demo.train.Trainer} first, then {@code Decoder}.
 */
@NullMarked
package dev.hwc.demo.train;

import org.jspecify.annotations.NullMarked;
