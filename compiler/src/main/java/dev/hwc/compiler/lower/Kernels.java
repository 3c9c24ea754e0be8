package dev.hwc.compiler.lower;

import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tile.Expr;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernels of a model share: buffer plan, rings, and the tokens around a product.
 *
 * <p>Tokens. load → matrix: a slot of the weight ring is full; matrix → load: it is free. load →
 * vector and back: the same for the load ring. vector → store and back: the same for the store ring.
 * matrix → vector: an output group is complete. vector → matrix, in this order per product: operand
 * ready, two free output slots, then one for every group that was taken out. store → load: keys and
 * values are in memory.
 */
final class Kernels {
    static final String LAYER = "layer";
    static final String WEIGHTS = "weights";
    static final String LOADED = "load";
    static final String OUT = "out";
    static final String STORE_LANES = "store.lanes";
    static final String STORE_HALVES = "store.halves";
    static final String STORE_WORDS = "store.words";
    static final String RESULTS = "results";
    static final int OUT_SLOTS = 2;

    private final ModelLayout layout;
    private final BufferPlan plan;
    private final WeightProduct product;
    private final List<Ring> rings = new ArrayList<>();

    Kernels(ModelLayout layout, BufferPlan plan) {
        this.layout = layout;
        this.plan = plan;
        this.product = new WeightProduct(layout.spec());
        rings.add(plan.weightRing());
        rings.add(plan.loadRing());
        rings.add(plan.storeRing(STORE_LANES, plan.lanes()));
        rings.add(plan.storeRing(STORE_HALVES, 2));
        rings.add(plan.storeRing(STORE_WORDS, 4 * plan.lanes()));
    }

    ModelLayout layout() {
        return layout;
    }

    /** The streamed matrix product. */
    WeightProduct product() {
        return product;
    }

    BufferPlan plan() {
        return plan;
    }

    List<Ring> rings() {
        return rings;
    }

    /** Declares a ring of two output groups for one kernel; its name. */
    String outputRing(String kernel, int slotWords) {
        String name = OUT + "." + kernel;
        rings.add(new Ring(name, 0, slotWords, OUT_SLOTS));
        return name;
    }

    /**
     * A product of a layer, if memory computes it in this plan.
     *
     * @param slotWords of an output group, all parts and rows
     */
    Optional<MemoryProduct> memoryProduct(
            KernelBuilder kernel, ModelLayout.LayerGroup group, FusedKind operator, int rows, int slotWords) {
        if (!plan.inMemory(operator)) {
            return Optional.empty();
        }
        PimProduct product = group.pimProduct(operator);
        Expr place = Expr.loop(LAYER, group.pimStride()).plus(product.offset());
        return Optional.of(memoryProduct(kernel, product, place, rows, slotWords));
    }

    /** The vocabulary projection, if memory computes it in this plan. */
    Optional<MemoryProduct> memoryHead(KernelBuilder kernel, int slotWords) {
        if (!plan.inMemory(FusedKind.HEAD)) {
            return Optional.empty();
        }
        PimProduct product = layout.pimHead();
        return Optional.of(memoryProduct(kernel, product, Expr.of(product.offset()), 1, slotWords));
    }

    private MemoryProduct memoryProduct(KernelBuilder kernel, PimProduct product, Expr place, int rows, int slotWords) {
        return new MemoryProduct(this, kernel, product, place, rows, resultRing(kernel, slotWords));
    }

    /** Declares a ring of the load buffer for what one kernel reads from memory that computes. */
    Ring resultRing(KernelBuilder kernel, int slotWords) {
        Ring ring = new Ring(
                RESULTS + "." + kernel.label(),
                plan.resultBase(),
                slotWords,
                plan.loadRing().slots());
        rings.add(ring);
        return ring;
    }

    /** A place in the row of this step's first token of a layer's attention in memory that computes. */
    static Expr memoryRow(ModelLayout.LayerGroup group, long offset) {
        return Expr.arg(Lowering.MEMORY_ROW)
                .plus(Expr.loop(LAYER, group.pimStride()))
                .plus(group.attention().orElseThrow().offset() + offset);
    }

    /** The vector side before a product: operand ready, then the free output slots. */
    void openProduct(KernelBuilder kernel, String ring) {
        kernel.times(Queue.VECTOR, 1 + OUT_SLOTS, Ops.signal(Queue.MATRIX));
        kernel.vector(new TileStatement.Reset(ring));
        kernel.matrix(Ops.await(Queue.VECTOR));
        kernel.matrix(new TileStatement.Reset(ring));
    }

    /** The matrix side behind a product: takes back the free output slots. */
    void closeProduct(KernelBuilder kernel) {
        kernel.times(Queue.MATRIX, OUT_SLOTS, Ops.await(Queue.VECTOR));
    }

    static final Tokens NONE = Tokens.NONE;
    /** A free output slot. */
    static final Tokens TAKE_SLOT = Tokens.NONE.awaiting(Queue.VECTOR);
    /** A complete output group. */
    static final Tokens GIVE_GROUP = Tokens.NONE.signalling(Queue.VECTOR);
    /** Takes a complete output group and frees its slot. */
    static final Tokens CONSUME_GROUP = Tokens.NONE.awaiting(Queue.MATRIX).signalling(Queue.MATRIX);
}
