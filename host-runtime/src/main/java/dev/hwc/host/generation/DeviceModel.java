package dev.hwc.host.generation;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.Placement;
import dev.hwc.compiler.image.Windows;
import dev.hwc.host.HostException;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.Region;
import dev.hwc.host.device.Region.Access;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A compiled model on a device: logits and cost. Owns KV cache and token table, not the model. */
public final class DeviceModel implements TokenModel {
    private static final int ALIGNMENT = 64;

    private final CompiledModel compiled;
    private final Device device;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment io;
    private final DeviceSession session;
    private int lastTokens;
    private boolean lastLogits;

    /**
     * Puts a model on a device.
     *
     * @param device closed with this
     * @throws HostException when the model is a shape without weights
     */
    public DeviceModel(CompiledModel compiled, Device device) {
        this.compiled = compiled;
        this.device = device;
        MemorySegment weights = data(compiled.weights());
        MemorySegment constants = data(compiled.constants());
        MemorySegment cache = arena.allocate(compiled.kvWindowBytes(), ALIGNMENT);
        this.io = arena.allocate(compiled.ioWindowBytes(), ALIGNMENT);
        List<Region> windows = new ArrayList<>(List.of(
                device.attach(weights, compiled.weightWindowBytes(), Access.READ),
                device.attach(constants, compiled.constantWindowBytes(), Access.READ),
                device.attach(cache, cache.byteSize(), Access.READ_WRITE),
                device.attach(io, io.byteSize(), Access.READ_WRITE)));
        if (compiled.layout().pimBytes() > 0) {
            windows.add(device.products(
                    compiled.layout().pimWindow(),
                    compiled.layout().pimAttention(),
                    Optional.of(new ProductWeights(compiled)::matrix),
                    Windows.pimBytes(compiled.layout())));
        }
        this.session = new DeviceSession(compiled, device, windows);
    }

    private static MemorySegment data(Optional<MemorySegment> segment) {
        return segment.orElseThrow(() -> new HostException(
                "the model is a shape without weights and cannot compute; use a model file, or measure its time only"));
    }

    @Override
    public int contextLength() {
        return compiled.layout().context();
    }

    @Override
    public int vocabularySize() {
        return compiled.layout().network().vocabulary();
    }

    @Override
    public int maxTokens() {
        return compiled.maxTokens();
    }

    @Override
    public List<Integer> promptSteps(int tokens, int position) {
        return compiled.promptSteps(tokens, position);
    }

    @Override
    public StepOutcome step(int[] tokens, int position) {
        StepCost cost = run(tokens, position, true);
        return new StepOutcome(compiled.readLogits(compiled.step(tokens.length), io), Optional.of(cost));
    }

    @Override
    public Optional<StepCost> absorb(int[] tokens, int position) {
        return Optional.of(run(tokens, position, false));
    }

    @Override
    public List<Placement> placements(int tokens) {
        return compiled.placements(tokens);
    }

    private StepCost run(int[] tokens, int position, boolean logits) {
        compiled.writeTokens(tokens, io);
        boolean resident = tokens.length == lastTokens && logits == lastLogits;
        lastTokens = tokens.length;
        lastLogits = logits;
        return session.run(tokens.length, position, logits, resident);
    }

    @Override
    public void close() {
        device.close();
        arena.close();
    }
}
