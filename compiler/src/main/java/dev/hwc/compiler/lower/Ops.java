package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.TileStatement;
import java.util.LinkedHashMap;
import java.util.Map;

/** Builders of tile IR commands: one method per instruction, operands by meaning. */
final class Ops {
    private Ops() {}

    static TileStatement.Command sync(Tokens tokens, boolean drain) {
        return new TileStatement.Command(Opcode.SYNC, tokens, drain ? 1 : 0, Map.of());
    }

    static TileStatement.Command signal(Queue to) {
        return sync(Tokens.NONE.signalling(to), false);
    }

    static TileStatement.Command await(Queue from) {
        return sync(Tokens.NONE.awaiting(from), false);
    }

    static TileStatement.Command loadWeights(
            Tokens tokens, Expr offset, Expr target, int blocks, BlockMatrix.Format format, int columns) {
        Map<String, Expr> operands = memory(ModelLayout.WEIGHTS, offset);
        operands.put("dst", target);
        operands.put("blocks", Expr.of(blocks));
        operands.put("format", Expr.of(format.ordinal()));
        operands.put("columns", Expr.of(columns));
        return new TileStatement.Command(Opcode.LOAD_WEIGHTS, tokens, 0, operands);
    }

    /** {@code load.rows}, {@code load.transposed} or {@code load.linear}. */
    static TileStatement.Command load(
            Opcode opcode, Tokens tokens, int window, Expr offset, Expr target, int rows, int rowBytes, long stride) {
        Map<String, Expr> operands = memory(window, offset);
        operands.put("dst", target);
        operands.put("rows", Expr.of(rows));
        operands.put("rowBytes", Expr.of(rowBytes));
        operands.put("rstride", Expr.of(stride));
        return new TileStatement.Command(opcode, tokens, 0, operands);
    }

    static TileStatement.Command loadScales(
            Tokens tokens, Expr offset, Expr target, int blocks, long stride, int columns) {
        Map<String, Expr> operands = memory(ModelLayout.KV_CACHE, offset);
        operands.put("dst", target);
        operands.put("blocks", Expr.of(blocks));
        operands.put("rstride", Expr.of(stride));
        operands.put("columns", Expr.of(columns));
        return new TileStatement.Command(Opcode.LOAD_SCALES, tokens, 0, operands);
    }

    static TileStatement.Command loadHalves(Tokens tokens, Expr offset, Expr target, int rows, long stride) {
        Map<String, Expr> operands = memory(ModelLayout.WEIGHTS, offset);
        operands.put("dst", target);
        operands.put("rows", Expr.of(rows));
        operands.put("rstride", Expr.of(stride));
        return new TileStatement.Command(Opcode.LOAD_HALVES, tokens, 0, operands);
    }

    static TileStatement.Command matmul(
            Tokens tokens,
            Expr activation,
            Expr weight,
            int blocks,
            int m,
            int n,
            int slot,
            BlockMatrix.Format format,
            boolean unitScale) {
        Map<String, Expr> operands = new LinkedHashMap<>();
        operands.put("a", activation);
        operands.put("w", weight);
        operands.put("blocks", Expr.of(blocks));
        operands.put("m", Expr.of(m));
        operands.put("n", Expr.of(n));
        operands.put("slot", Expr.of(slot));
        operands.put("format", Expr.of(format.ordinal()));
        return new TileStatement.Command(Opcode.MATMUL, tokens, unitScale ? 1 : 0, operands);
    }

    static TileStatement.Command emit(Tokens tokens, Expr target, int stride, int m, int n, int slot) {
        Map<String, Expr> operands = new LinkedHashMap<>();
        operands.put("dst", target);
        operands.put("stride", Expr.of(stride));
        operands.put("m", Expr.of(m));
        operands.put("n", Expr.of(n));
        operands.put("slot", Expr.of(slot));
        return new TileStatement.Command(Opcode.EMIT, tokens, 0, operands);
    }

    /** @param source halfword of the store buffer; strides in halfwords and bytes */
    static TileStatement.Command store(
            Tokens tokens,
            int window,
            Expr offset,
            Expr source,
            int rows,
            int rowBytes,
            int sourceStride,
            long targetStride) {
        Map<String, Expr> operands = memory(window, offset);
        operands.put("src", source);
        operands.put("rows", Expr.of(rows));
        operands.put("rowBytes", Expr.of(rowBytes));
        operands.put("rsstride", Expr.of(sourceStride));
        operands.put("rdstride", Expr.of(targetStride));
        return new TileStatement.Command(Opcode.STORE, tokens, 0, operands);
    }

    private static Map<String, Expr> memory(int window, Expr offset) {
        Map<String, Expr> operands = new LinkedHashMap<>();
        operands.put("window", Expr.of(window));
        operands.put("off", offset);
        return operands;
    }

    static VectorBuilder vector(VectorFunction function, int rows, Expr length) {
        return new VectorBuilder(function, rows, length);
    }

    /** Builds a {@code vector} command. */
    static final class VectorBuilder {
        private final Map<String, Expr> operands = new LinkedHashMap<>();
        private int flags;

        private VectorBuilder(VectorFunction function, int rows, Expr length) {
            operands.put("fn", Expr.of(function.ordinal()));
            operands.put("rows", Expr.of(rows));
            operands.put("rn", length);
        }

        VectorBuilder a(VectorMemory memory, Expr address, long stride) {
            operands.put("amem", Expr.of(memory.ordinal()));
            operands.put("a", address);
            operands.put("ras", Expr.of(stride));
            return this;
        }

        VectorBuilder b(VectorMemory memory, Expr address, long stride) {
            operands.put("bmem", Expr.of(memory.ordinal()));
            operands.put("b", address);
            operands.put("rbs", Expr.of(stride));
            return this;
        }

        VectorBuilder to(VectorTarget target, Expr address, long stride) {
            operands.put("kind", Expr.of(target.ordinal()));
            operands.put("d", address);
            operands.put("rds", Expr.of(stride));
            return this;
        }

        VectorBuilder constants(Expr k0, Expr k1) {
            operands.put("k0", k0);
            operands.put("k1", k1);
            return this;
        }

        VectorBuilder format(BlockMatrix.Format format) {
            operands.put("format", Expr.of(format.ordinal()));
            return this;
        }

        VectorBuilder rowScale() {
            flags |= 1;
            return this;
        }

        VectorBuilder growing(boolean growing) {
            flags |= growing ? 2 : 0;
            return this;
        }

        TileStatement.Command build(Tokens tokens) {
            return new TileStatement.Command(Opcode.VECTOR, tokens, flags, operands);
        }
    }

    /** fp32 bits as a constant. */
    static Expr bits(float value) {
        return Expr.of(Float.floatToRawIntBits(value) & 0xFFFF_FFFFL);
    }
}
