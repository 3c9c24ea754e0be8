/**
 * Tile IR: loops over tiles with their buffers, engines, prefetch and tokens explicit, addresses as
 * affine expressions instead of registers. The compiler lowers tensor IR to it and generates
 * instructions from it (docs/spec/tile-ir.md). Nothing here knows a model. Read {@link
 * dev.hwc.ir.tile.TileProgram} first, then {@link dev.hwc.ir.tile.TileStatement}.
 */
@NullMarked
package dev.hwc.ir.tile;

import org.jspecify.annotations.NullMarked;
