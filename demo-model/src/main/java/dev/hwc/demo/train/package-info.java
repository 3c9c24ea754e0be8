/**
 * Training: the decoder forward and backward, matrix products, the optimizer, the loop.
 *
 * <p>The backward pass is written by hand and tested against finite differences. No files here. Read {@link
 * dev.hwc.demo.train.Trainer} first, then {@code Decoder}.
 */
@NullMarked
package dev.hwc.demo.train;

import org.jspecify.annotations.NullMarked;
