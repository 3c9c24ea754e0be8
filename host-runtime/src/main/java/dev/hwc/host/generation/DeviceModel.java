package dev.hwc.host.generation;

import dev.hwc.compiler.image.ModelJobs;
import dev.hwc.compiler.image.Placement;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.host.HostException;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.Region;
import dev.hwc.host.device.Region.Access;
import dev.hwc.ir.device.PimProduct;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A model on a device: logits and cost. Owns KV cache and token table, not the model. */
public final class DeviceModel implements TokenModel {
    private static final int ALIGNMENT = 64;

    private final ModelJobs jobs;
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
    public DeviceModel(ModelJobs jobs, Device device) {
        this.jobs = jobs;
        this.device = device;
        List<Long> bytes = jobs.windowBytes();
        MemorySegment weights = data(jobs.weights());
        MemorySegment constants = data(jobs.constants());
        MemorySegment cache = memory(bytes.get(ModelLayout.KV_CACHE));
        this.io = memory(bytes.get(ModelLayout.IO));
        List<Region> windows = new ArrayList<>(List.of(
                device.attach(weights, bytes.get(ModelLayout.WEIGHTS), Access.READ),
                device.attach(constants, bytes.get(ModelLayout.CONSTANTS), Access.READ),
                device.attach(cache, cache.byteSize(), Access.READ_WRITE),
                device.attach(io, io.byteSize(), Access.READ_WRITE)));
        if (!jobs.products().isEmpty()) {
            windows.add(device.products(
                    jobs.products(),
                    jobs.attention(),
                    Optional.of(new ProductWeights(jobs)::matrix),
                    bytes.get(PimProduct.WINDOW)));
        }
        this.session = new DeviceSession(jobs, device, windows);
    }

    private MemorySegment memory(long bytes) {
        try {
            return arena.allocate(bytes, ALIGNMENT);
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new HostException(
                    "the model needs " + bytes + " bytes of memory beside its weights; the machine has less free", e);
        }
    }

    private static MemorySegment data(Optional<MemorySegment> segment) {
        return segment.orElseThrow(() -> new HostException(
                "the model is a shape without weights and cannot compute; use a model file, or measure its time only"));
    }

    @Override
    public int contextLength() {
        return jobs.context();
    }

    @Override
    public int vocabularySize() {
        return jobs.vocabulary();
    }

    @Override
    public int maxTokens() {
        return jobs.maxTokens();
    }

    @Override
    public List<Integer> promptSteps(int tokens, int position) {
        return jobs.promptSteps(tokens, position);
    }

    @Override
    public StepOutcome step(int[] tokens, int position) {
        StepCost cost = run(tokens, position, true);
        return new StepOutcome(jobs.readLogits(tokens.length, io), Optional.of(cost));
    }

    @Override
    public Optional<StepCost> absorb(int[] tokens, int position) {
        return Optional.of(run(tokens, position, false));
    }

    @Override
    public List<Placement> placements(int tokens) {
        return jobs.placements(tokens);
    }

    private StepCost run(int[] tokens, int position, boolean logits) {
        jobs.writeTokens(tokens, io);
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
