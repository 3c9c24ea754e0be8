/**
 * Checks of an exported file: a plain decoder, perplexity, continuations.
 *
 * <p>Shares no arithmetic with the trainer. Read {@link dev.hwc.demo.check.ModelCheck} first.
 */
@NullMarked
package dev.hwc.demo.check;

import org.jspecify.annotations.NullMarked;
