package dev.hwc.compiler.image;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.codegen.CheckedGenerator;
import dev.hwc.compiler.lower.Lowering;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.Network;
import dev.hwc.compiler.lower.NetworkReader;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.compiler.lower.WeightStream;
import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.compiler.pipeline.FrontEnd;
import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tile.TileProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model compiled for a hardware: packed weights and constants, one program per step size (made on
 * demand), and the host's part of a job. Windows: 0 weights and programs, 1 constants, 2 KV cache, 3
 * token table and logits. Owns its packed memory: close it when no device uses it any more.
 */
public final class CompiledModel implements ModelJobs, AutoCloseable {
    private final HardwareSpec spec;
    private final TensorProgram tensors;
    private final Lowering lowering;
    private final int maxTokens;
    private final Optional<TilingSearch> search;
    private final Map<StepKey, StepProgram> steps = new HashMap<>();
    private final Arena arena;
    private final Optional<MemorySegment> weights;
    private final Optional<MemorySegment> constants;

    private CompiledModel(
            HardwareSpec spec,
            CompilationUnit unit,
            int context,
            TilingOptions options,
            Optional<TilingSearch.Aim> aim) {
        this.spec = spec;
        this.tensors = unit.program();
        Network network = NetworkReader.read(unit.program());
        TilingOptions chosen = spec.pim() == null
                ? options
                : aim.map(a -> TilingSearch.memoryLayout(network, spec, context, options, a.cost()))
                        .orElse(options);
        this.lowering = new Lowering(network, spec, context, chosen);
        generate(1, true, chosen); // a model of which not even one token fits is refused here
        this.maxTokens = lowering.maxTokens(Math.min(context, 255), this::fits);
        this.search = aim.map(a -> new TilingSearch(lowering, a.cost(), a.places()));
        this.arena = Arena.ofShared();
        ModelLayout layout = lowering.layout();
        if (unit.weights().hasData(layout.network().head().name())) {
            MemorySegment packed = arena.allocate(layout.weightBytes(), 64);
            WeightPacker.pack(layout, unit.weights(), packed);
            MemorySegment vectors = arena.allocate(layout.constantBytes(), 64);
            ConstantPacker.pack(layout, unit.weights(), vectors);
            this.weights = Optional.of(packed);
            this.constants = Optional.of(vectors);
        } else {
            this.weights = Optional.empty();
            this.constants = Optional.empty();
        }
    }

    /**
     * Compiles a model with the tiling that has the fewest cycles of those tried.
     *
     * @param context tokens the KV cache must hold
     * @param cost what a step costs on the hardware
     * @throws CompileException when the model does not fit the hardware
     */
    public static CompiledModel compile(Model model, HardwareSpec spec, int context, StepCost cost) {
        return compile(model, spec, context, cost, ProductPlaces.CHEAPEST);
    }

    /**
     * As above.
     *
     * @param places where products may be computed
     * @throws CompileException also when memory is asked for that the hardware does not have
     */
    public static CompiledModel compile(
            Model model, HardwareSpec spec, int context, StepCost cost, ProductPlaces places) {
        CompilationUnit unit =
                FrontEnd.standard(spec).run(model.forContext(context)).unit();
        boolean inMemory = places == ProductPlaces.MEMORY;
        if (inMemory && spec.pim() == null) {
            throw new CompileException("hardware " + spec.name() + " has no memory that computes; describe it (pim) or"
                    + " leave the products on the array");
        }
        TilingOptions start = inMemory ? TilingOptions.DEFAULT.withInMemory(FusedKind.PLACED) : TilingOptions.DEFAULT;
        return compile(unit, spec, context, start, Optional.of(new TilingSearch.Aim(cost, places)));
    }

    /**
     * Compiles a model with a given tiling.
     *
     * @param context tokens the KV cache must hold
     * @throws CompileException when the model does not fit the hardware
     */
    public static CompiledModel compile(Model model, HardwareSpec spec, int context, TilingOptions options) {
        return compile(FrontEnd.standard(spec).run(model.forContext(context)).unit(), spec, context, options);
    }

    /** Compiles what the front end made. */
    public static CompiledModel compile(CompilationUnit unit, HardwareSpec spec, int context, TilingOptions options) {
        return compile(unit, spec, context, options, Optional.empty());
    }

    private static CompiledModel compile(
            CompilationUnit unit,
            HardwareSpec spec,
            int context,
            TilingOptions options,
            Optional<TilingSearch.Aim> aim) {
        if (context < 1) {
            throw new CompileException("context is " + context + " tokens; at least 1");
        }
        return new CompiledModel(spec, unit, context, options, aim);
    }

    @Override
    public HardwareSpec spec() {
        return spec;
    }

    /** The fused tensor program that was lowered. */
    public TensorProgram tensors() {
        return tensors;
    }

    /** Multiply-accumulates the model itself needs for a step, without padding. */
    public long macs(int tokens, long position, boolean logits) {
        long head = (long) layout().network().vocabulary() * layout().network().width();
        return tensors.macs(tokens, position) - (logits ? 0 : head);
    }

    public ModelLayout layout() {
        return lowering.layout();
    }

    @Override
    public int context() {
        return layout().context();
    }

    @Override
    public int vocabulary() {
        return layout().network().vocabulary();
    }

    @Override
    public int maxTokens() {
        return maxTokens;
    }

    /**
     * Tokens of the steps of a prompt, in order: as few and as equal as possible, or as the search for
     * a tiling finds them cheapest.
     *
     * @param position tokens in the KV cache before it
     */
    @Override
    public List<Integer> promptSteps(int tokens, long position) {
        if (tokens < 1 || position < 0 || position + tokens > layout().context()) {
            throw new CompileException("a prompt of " + tokens + " tokens at position " + position
                    + " exceeds the context of " + layout().context() + " tokens the model was compiled for");
        }
        int least = Math.ceilDiv(tokens, maxTokens);
        return search.map(s -> s.promptSteps(tokens, position, maxTokens))
                .orElseGet(() -> PromptSteps.balanced(
                        tokens, least, maxTokens, spec.array().rows()));
    }

    /**
     * The program for a step of {@code tokens} new tokens.
     *
     * @throws CompileException when it does not fit the scratchpads or the instruction memory, or breaks
     *     a rule of tile IR or instruction set
     */
    public StepProgram step(int tokens) {
        return step(tokens, true);
    }

    /**
     * As {@link #step(int)}; without logits for the steps of a prefill that are not the last, which
     * saves the vocabulary projection.
     */
    public StepProgram step(int tokens, boolean logits) {
        return steps.computeIfAbsent(new StepKey(tokens, logits), this::generate);
    }

    private record StepKey(int tokens, boolean logits) {}

    private boolean fits(int tokens) {
        try {
            generate(tokens, true, layout().options());
            return true;
        } catch (CompileException e) {
            return false;
        }
    }

    private StepProgram generate(StepKey key) {
        return generate(key.tokens(), key.logits(), options(key.tokens()));
    }

    private TilingOptions options(int tokens) {
        return search.map(s -> s.options(tokens)).orElse(layout().options());
    }

    private StepProgram generate(int tokens, boolean logits, TilingOptions options) {
        TileProgram tiles = lowering.program(tokens, logits, options);
        Program program = CheckedGenerator.generate(tiles, spec, 0, Math.max(0, layout().context() - tokens));
        return new StepProgram(tokens, tiles, program, lowering.scratchpadPeakBytes(tokens, options));
    }

    /**
     * Where the operators of a step are computed, and what the other side would cost; none for hardware
     * without memory that computes, and for steps of more tokens than it has room for.
     */
    @Override
    public List<Placement> placements(int tokens) {
        return search.map(s -> s.placements(tokens)).orElse(List.of());
    }

    @Override
    public StepJob job(int tokens, boolean logits) {
        return job(step(tokens, logits), logits);
    }

    private StepJob job(StepProgram step, boolean logits) {
        long macs = macs(step.tokens(), 0, logits);
        long more = macs(step.tokens(), 1, logits) - macs;
        return new StepJob(
                step.program(), step.tokens(), context(), step.tiles().arguments(), macs, more);
    }

    /** Arguments of a job that continues at a position. */
    public long[] arguments(StepProgram step, long position) {
        return job(step, true).arguments(position).stream()
                .mapToLong(Long::longValue)
                .toArray();
    }

    @Override
    public Optional<MemorySegment> weights() {
        return weights;
    }

    /** Rotation table, norms and biases (window 1); absent for a shape without weights. */
    @Override
    public Optional<MemorySegment> constants() {
        return constants;
    }

    /**
     * A matrix as it stands in window 0.
     *
     * @param offset of the stream in the window
     * @return one row per column of the stream, padding is zero
     */
    public BlockMatrix packed(WeightStream stream, long offset) {
        return WeightPacker.unpack(spec, stream, weights.orElseThrow(), offset);
    }

    @Override
    public long programOffset() {
        return Windows.programOffset(layout());
    }

    @Override
    public List<Long> windowBytes() {
        return Windows.all(layout());
    }

    @Override
    public List<PimProduct> products() {
        return layout().pimWindow();
    }

    @Override
    public List<PimAttention> attention() {
        return layout().pimAttention();
    }

    @Override
    public BlockMatrix productMatrix(int product, int part) {
        ModelLayout.PlacedProduct placed = layout().pimProducts().get(product);
        return packed(placed.streams().get(part), placed.offsets().get(part));
    }

    @Override
    public long[] tokenOffsets(int id) {
        if (id < 0 || id >= layout().network().table().rows()) {
            throw new CompileException("token id " + id + " is not in the vocabulary of "
                    + layout().network().table().rows());
        }
        return layout().tokenOffsets(id);
    }

    @Override
    public long logitsOffset(int tokens) {
        return layout().logitsOffset(tokens);
    }

    /** Reads the logits of a step from window 3. */
    public float[] readLogits(StepProgram step, MemorySegment io) {
        return readLogits(step.tokens(), io);
    }

    @Override
    public void close() {
        arena.close();
    }
}
