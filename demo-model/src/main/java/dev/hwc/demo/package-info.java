/**
 * Makes the model that ships with hwc as {@code demo}: text, vocabulary, training, files, checks.
 *
 * <p>Here are the dimensions and the command line. Nothing in hwc depends on this project; only its two files are
 * shipped. Read {@link dev.hwc.demo.DemoModel} first.
 */
@NullMarked
package dev.hwc.demo;

import org.jspecify.annotations.NullMarked;
