/**
 * Chisel sources of the accelerator, one package per unit. What lives here elaborates to hardware;
 * constants and widths come from {@code dev.hwc.ir}, never copied.
 *
 * <p>Nothing here runs a simulation or a tool. Read {@code numerics} first, its units are the
 * smallest.
 */
@NullMarked
package dev.hwc.rtl.generator;

import org.jspecify.annotations.NullMarked;
