/**
 * Devices: what the host may ask of an accelerator, whatever it is made of. No knowledge of models
 * or tokens; a job is a program, arguments and memory regions. The simulator is one back end; a
 * back end for generated hardware implements the same interface. Read {@link
 * dev.hwc.host.device.Device} first.
 */
@NullMarked
package dev.hwc.host.device;

import org.jspecify.annotations.NullMarked;
