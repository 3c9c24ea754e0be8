package dev.hwc.compiler.lower;

import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tile.Expr;
import org.jspecify.annotations.Nullable;

/**
 * The vector side of a product that is added to the residual stream, output group by output group: bias,
 * scale, norm, as far as the model has them, and the addition. Rows that are normed are collected whole.
 */
final class AddStep {
    private final BufferPlan plan;
    private final KernelBuilder kernel;
    private final ModelLayout.LayerGroup group;
    private final Network.Addition addition;
    private final int groupWords;
    private final LoadSlot vectors;
    private final LoadSlot norm;
    private final int width;
    private int biasWord;
    private int scaleWord;

    /** @param groupWords words of a row of an output group, at most */
    AddStep(
            Kernels kernels,
            KernelBuilder kernel,
            ModelLayout.LayerGroup group,
            Network.Addition addition,
            int groupWords) {
        this.plan = kernels.plan();
        this.kernel = kernel;
        this.group = group;
        this.addition = addition;
        this.groupWords = groupWords;
        this.vectors = new LoadSlot(kernels, kernel);
        this.norm = new LoadSlot(kernels, kernel);
        this.width = kernels.layout().network().width();
    }

    /** The load queue's commands before the product. */
    void load() {
        @Nullable Parameter bias = addition.projection().bias();
        if (bias != null) {
            biasWord = vectors.vector(group.constant(bias), width);
        }
        if (addition.scale() != 1) {
            scaleWord = vectors.line(addition.scale(), groupWords * plan.lanes());
        }
        vectors.load();
    }

    /**
     * Loads the weight of the norm behind the product. Loads are counted and not named, so this comes after
     * results that the load queue brings, and anywhere before the end of a product of the array.
     */
    void loadNorm() {
        if (addition.after() != null) {
            norm.vector(group.constant(addition.after().weight()), width);
        }
        norm.load();
    }

    void open() {
        vectors.open();
    }

    /**
     * One output group.
     *
     * @param results the group
     * @param word of its first column in a row of the stream
     */
    void write(ProductResults results, Expr word, int elements) {
        Product product = new Product(results, word, elements);
        if (addition.projection().bias() != null) {
            product.step(VectorFunction.ADD, LoadSlot.at(biasWord).plus(word));
        }
        if (addition.scale() != 1) {
            product.step(VectorFunction.MUL, LoadSlot.at(scaleWord));
        }
        if (addition.after() == null) {
            product.addToStream();
        } else if (!product.taken) {
            product.step(VectorFunction.COPY, null);
        }
    }

    /** Behind the last group: the norm of whole rows and their addition. */
    void close() {
        vectors.close();
        if (addition.after() == null) {
            return;
        }
        norm.open();
        Expr rows = Expr.of(plan.temporary());
        kernel.vector(Ops.vector(VectorFunction.NORM, plan.tokens(), Expr.of(width))
                .a(VectorMemory.VECTOR, rows, plan.widthWords())
                .b(VectorMemory.LOAD, LoadSlot.at(0), 0)
                .to(VectorTarget.VECTOR_FP32, rows, plan.widthWords())
                .constants(
                        Ops.bits((float) (1.0 / width)),
                        Ops.bits(addition.after().epsilon()))
                .build(Tokens.NONE));
        norm.close();
        kernel.vector(Ops.vector(VectorFunction.ADD, plan.tokens(), Expr.of(width))
                .a(VectorMemory.VECTOR, Expr.ZERO, plan.widthWords())
                .b(VectorMemory.VECTOR, rows, plan.widthWords())
                .to(VectorTarget.VECTOR_FP32, Expr.ZERO, plan.widthWords())
                .build(Tokens.NONE));
    }

    /** An output group on its way: first where the product left it, then in the temporaries. */
    private final class Product {
        private final Expr word;
        private final int elements;
        private final ProductResults results;
        private VectorMemory memory;
        private Expr source;
        private int stride;
        private boolean taken;

        Product(ProductResults results, Expr word, int elements) {
            this.results = results;
            this.memory = results.memory();
            this.source = results.base();
            this.stride = results.rowStride();
            this.word = word;
            this.elements = elements;
        }

        /** A step whose second operand, if there is one, stands in the load slot, equal for all rows. */
        void step(VectorFunction function, @Nullable Expr operand) {
            Ops.VectorBuilder vector = vector(function).a(memory, source, stride);
            if (operand != null) {
                vector.b(VectorMemory.LOAD, operand, 0);
            }
            Tokens tokens = tokens();
            source = addition.after() == null ? Expr.of(plan.temporary()) : word.plus(plan.temporary());
            stride = addition.after() == null ? groupWords : plan.widthWords();
            memory = VectorMemory.VECTOR;
            kernel.vector(vector.to(VectorTarget.VECTOR_FP32, source, stride).build(tokens));
        }

        void addToStream() {
            kernel.vector(vector(VectorFunction.ADD)
                    .a(VectorMemory.VECTOR, word, plan.widthWords())
                    .b(memory, source, stride)
                    .to(VectorTarget.VECTOR_FP32, word, plan.widthWords())
                    .build(tokens()));
        }

        private Ops.VectorBuilder vector(VectorFunction function) {
            return Ops.vector(function, plan.tokens(), Expr.of(elements));
        }

        /** The command that reads the group takes it and frees its place. */
        private Tokens tokens() {
            Tokens tokens = taken ? Tokens.NONE : results.consume();
            taken = true;
            return tokens;
        }
    }
}
