/**
 * The vocabulary: learning it from text, and cutting text into its pieces the way llama.cpp does.
 *
 * <p>Knows nothing of stories or models. Read {@link dev.hwc.demo.token.Pieces} first.
 */
@NullMarked
package dev.hwc.demo.token;

import org.jspecify.annotations.NullMarked;
