/**
 * Writes the stories the model learns from, from a grammar of hand-written plots and sentences.
 *
 * <p>The sentences are in {@code src/main/resources/stories}; here is the code that reads them and fills them in. No
 * tokens here. Read {@link dev.hwc.demo.corpus.Corpus} first.
 */
@NullMarked
package dev.hwc.demo.corpus;

import org.jspecify.annotations.NullMarked;
