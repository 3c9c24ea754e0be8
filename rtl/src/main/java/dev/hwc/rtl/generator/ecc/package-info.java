/**
 * Codes that correct one wrong bit of a scratchpad's word and find two (docs/adr/20261128-secded.md):
 * the code itself, how a memory's words are cut into code words, and what becomes of what reading
 * shows. The memories stand with their engines.
 *
 * <p>Read Hsiao first.
 */
@NullMarked
package dev.hwc.rtl.generator.ecc;

import org.jspecify.annotations.NullMarked;
