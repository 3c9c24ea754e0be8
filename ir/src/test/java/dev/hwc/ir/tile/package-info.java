/** Tests of tile IR: its text form on random programs, and every rule of the verifier. */
@NullMarked
package dev.hwc.ir.tile;

import org.jspecify.annotations.NullMarked;
