/**
 * Drives an emitted block from Java: Verilator makes C++ of it, a shim gives it a C interface, and one
 * small JNI library opens any number of such models.
 *
 * <p>No expectation about a block lives here. Read {@link dev.hwc.rtl.harness.RtlModel} first.
 */
@NullMarked
package dev.hwc.rtl.harness;

import org.jspecify.annotations.NullMarked;
