package dev.hwc.compiler.lower;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One matrix product C = A·Wᵀ as a tile program: fp32 rows of A are quantized into the activation
 * buffer as many at a time as fit, weights are streamed once per such chunk, fp32 results go back.
 * Windows as for models: 0 weights, 1 A [m][rowElements], 3 C [m][resultElements].
 */
public final class GemmLowering {
    private static final String LOADED = "load";
    private static final String OUT = "out";
    private static final String STORE_HALVES = "store.halves";
    private static final String STORE_WORDS = "store.words";
    private static final String CHUNK = "chunk";
    private static final int LOAD_SLOTS = 2;
    private static final int STORE_SLOTS = 2;

    private final HardwareSpec spec;
    private final int m;
    private final int n;
    private final WeightStream stream;
    private final int segment;
    private final int rowElements;
    private final int chunk;
    private final WeightProduct product;

    /**
     * @param m rows of A, n rows of W, k columns of both
     * @throws CompileException when not even one row fits the buffers
     */
    public GemmLowering(HardwareSpec spec, int m, int n, int k, BlockMatrix.Format format) {
        if (m < 1 || n < 1 || k < 1 || k > 65_536 || m > 1 << 20 || n > 1 << 20) {
            throw new CompileException("product of m=" + m + ", n=" + n + ", k=" + k
                    + "; allowed are m and n from 1 to 1048576 and k from 1 to 65536");
        }
        this.spec = spec;
        this.m = m;
        this.n = n;
        this.product = new WeightProduct(spec);
        int slotUnits = slotUnits();
        this.stream = WeightStream.of(
                "w",
                format,
                IntStream.range(0, n).toArray(),
                k,
                Math.min(2048, format.blocksIn(slotUnits)),
                spec.array().columns(),
                true,
                spec);
        int fill = spec.activationFill();
        this.rowElements = BufferPlan.roundUp(k, fill);
        this.segment = segment(fill);
        this.chunk = chunk();
    }

    private int slotUnits() {
        int granule = Math.max(2, spec.port().beatBytes() / 8);
        return Math.max(granule, spec.weightUnits() / 8 / granule * granule);
    }

    /** Elements of a row that are loaded at once: a row tile of them fits a slot of the load buffer. */
    private int segment(int fill) {
        int rows = Math.min(m, spec.array().rows());
        long slotBytes = (long) spec.loadWords() * spec.wordBytes() / LOAD_SLOTS;
        long elements = Math.min(slotBytes / (4L * rows), 65_535 / 4) / fill * fill;
        if (elements < fill) {
            throw new CompileException("buffer 'load' of " + spec.name() + " does not hold " + rows + " rows of " + fill
                    + " elements twice; use larger hardware");
        }
        return (int) Math.min(elements, rowElements);
    }

    /** Rows of A that are worked on together. */
    private int chunk() {
        int rows = spec.array().rows();
        int tiles = Math.min(spec.array().accumulatorSlots(), spec.activationBlocks() / (rowElements / 32));
        int most = Math.min(tiles * rows, 255);
        int width = spec.array().columns() / spec.vectorLanes();
        most = Math.min(most, spec.outputWords() / (2 * width));
        most = Math.min(most, spec.storeWords() / (STORE_SLOTS * width));
        if (most < 1 || tiles < 1) {
            throw new CompileException("a row of " + rowElements + " elements does not fit buffer 'activation' of "
                    + spec.name() + ", which holds " + spec.activationBlocks() * 32 + " elements per row");
        }
        return Math.min(m, most >= rows ? most / rows * rows : most);
    }

    public WeightStream stream() {
        return stream;
    }

    /** Elements from row to row of A in memory. */
    public int rowElements() {
        return rowElements;
    }

    /** Elements from row to row of C in memory. */
    public int resultElements() {
        return stream.columns().length;
    }

    /** The program. */
    public TileProgram program() {
        List<Ring> rings = rings();
        List<TileNode> nodes = new ArrayList<>();
        nodes.add(start(rings));
        int whole = m / chunk;
        nodes.add(new TileNode.Repeat(CHUNK, whole, List.of(chunkKernel(chunk, 0, "gemm"))));
        if (m % chunk > 0) {
            nodes.add(chunkKernel(m % chunk, whole * chunk, "gemm.rest"));
        }
        nodes.add(finish(rings));
        return new TileProgram("gemm." + m + "x" + n + "x" + stream.blocks() * 32, List.of(), rings, nodes);
    }

    private List<Ring> rings() {
        int slotUnits = slotUnits();
        int width = spec.array().columns() / spec.vectorLanes();
        return List.of(
                new Ring(Kernels.WEIGHTS, 0, slotUnits, Math.min(64, spec.weightUnits() / slotUnits)),
                new Ring(LOADED, 0, spec.loadWords() / LOAD_SLOTS, LOAD_SLOTS),
                new Ring(OUT, 0, chunk * width, Kernels.OUT_SLOTS),
                new Ring(STORE_HALVES, 0, chunk * width * spec.wordBytes() / 2, STORE_SLOTS),
                new Ring(STORE_WORDS, 0, chunk * width, STORE_SLOTS));
    }

    private TileNode start(List<Ring> rings) {
        KernelBuilder kernel = new KernelBuilder("start");
        reset(kernel, Queue.LOAD, Kernels.WEIGHTS, LOADED);
        reset(kernel, Queue.MATRIX, Kernels.WEIGHTS, OUT);
        reset(kernel, Queue.VECTOR, LOADED, OUT, STORE_WORDS);
        reset(kernel, Queue.STORE, STORE_HALVES);
        kernel.times(Queue.MATRIX, rings.getFirst().slots(), Ops.signal(Queue.LOAD));
        kernel.times(Queue.VECTOR, LOAD_SLOTS, Ops.signal(Queue.LOAD));
        kernel.times(Queue.STORE, STORE_SLOTS, Ops.signal(Queue.VECTOR));
        return kernel.build();
    }

    private static void reset(KernelBuilder kernel, Queue queue, String... names) {
        for (String name : names) {
            kernel.add(queue, new TileStatement.Reset(name));
        }
    }

    private TileNode finish(List<Ring> rings) {
        KernelBuilder kernel = new KernelBuilder("finish");
        kernel.times(Queue.LOAD, rings.getFirst().slots(), Ops.await(Queue.MATRIX));
        kernel.times(Queue.LOAD, LOAD_SLOTS, Ops.await(Queue.VECTOR));
        kernel.times(Queue.VECTOR, STORE_SLOTS, Ops.await(Queue.STORE));
        return kernel.build();
    }

    private TileNode.Kernel chunkKernel(int rows, int firstRow, String label) {
        KernelBuilder kernel = new KernelBuilder(label);
        List<Integer> rowTiles = new ArrayList<>();
        for (int done = 0; done < rows; done += spec.array().rows()) {
            rowTiles.add(Math.min(spec.array().rows(), rows - done));
        }
        quantize(kernel, rowTiles, firstRow);
        kernel.times(Queue.VECTOR, 1 + Kernels.OUT_SLOTS, Ops.signal(Queue.MATRIX));
        kernel.matrix(Ops.await(Queue.VECTOR));
        multiply(kernel, rowTiles, rows, firstRow);
        kernel.times(Queue.MATRIX, Kernels.OUT_SLOTS, Ops.await(Queue.VECTOR));
        return kernel.build();
    }

    private void quantize(KernelBuilder kernel, List<Integer> rowTiles, int firstRow) {
        int rowBlocks = rowElements / 32;
        for (int t = 0; t < rowTiles.size(); t++) {
            int rows = rowTiles.get(t);
            long first = firstRow + (long) t * spec.array().rows();
            for (int from = 0; from < rowElements; from += segment) {
                int elements = Math.min(segment, rowElements - from);
                kernel.load(Ops.load(
                        Opcode.LOAD_LINEAR,
                        new Tokens(Queue.VECTOR.bit(), Queue.VECTOR.bit()),
                        ModelLayout.CONSTANTS,
                        Expr.loop(CHUNK, firstRow == 0 ? 4L * chunk * rowElements : 0)
                                .plus(4 * (first * rowElements + from)),
                        Expr.ring(LOADED),
                        rows,
                        4 * elements,
                        4L * rowElements));
                kernel.load(new TileStatement.Advance(LOADED));
                kernel.vector(Ops.vector(VectorFunction.COPY, rows, Expr.of(elements))
                        .a(VectorMemory.LOAD, Expr.ring(LOADED), elements / spec.vectorLanes())
                        .to(VectorTarget.ACTIVATION_A8, Expr.of((long) t * rowBlocks + from / 32), 0)
                        .build(Tokens.NONE.awaiting(Queue.LOAD).signalling(Queue.LOAD)));
                kernel.vector(new TileStatement.Advance(LOADED));
            }
        }
    }

    private void multiply(KernelBuilder kernel, List<Integer> rowTiles, int rows, int firstRow) {
        int columns = spec.array().columns();
        int width = columns / spec.vectorLanes();
        product.stream(kernel, stream, Expr.ZERO, "n");
        kernel.loop(Queue.MATRIX, "n", stream.tiles(), () -> {
            product.multiplyTile(
                    kernel,
                    stream,
                    0,
                    rowElements / 32,
                    rowTiles,
                    Expr.ring(OUT),
                    width,
                    columns,
                    0,
                    Kernels.TAKE_SLOT,
                    Kernels.GIVE_GROUP);
            kernel.matrix(new TileStatement.Advance(OUT));
        });
        kernel.loop(Queue.VECTOR, "n", stream.tiles(), () -> {
            kernel.vector(Ops.vector(VectorFunction.COPY, rows, Expr.of(columns))
                    .a(VectorMemory.OUTPUT, Expr.ring(OUT), width)
                    .to(VectorTarget.STORE_FP32, Expr.ring(STORE_WORDS), width)
                    .build(Kernels.CONSUME_GROUP.awaiting(Queue.STORE).signalling(Queue.STORE)));
            kernel.vector(new TileStatement.Advance(OUT));
            kernel.vector(new TileStatement.Advance(STORE_WORDS));
        });
        long rowBytes = 4L * resultElements();
        kernel.loop(Queue.STORE, "n", stream.tiles(), () -> {
            kernel.store(Ops.store(
                    Tokens.NONE.awaiting(Queue.VECTOR).signalling(Queue.VECTOR),
                    ModelLayout.IO,
                    Expr.loop(CHUNK, firstRow == 0 ? chunk * rowBytes : 0)
                            .plus(Expr.loop("n", 4L * columns))
                            .plus(firstRow * rowBytes),
                    Expr.ring(STORE_HALVES),
                    rows,
                    4 * columns,
                    width * spec.wordBytes() / 2,
                    rowBytes));
            kernel.store(new TileStatement.Advance(STORE_HALVES));
        });
    }
}
