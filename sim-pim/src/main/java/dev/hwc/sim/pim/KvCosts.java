package dev.hwc.sim.pim;

import dev.hwc.sim.pim.kernel.KvKernels;
import dev.hwc.sim.pim.kernel.KvShape;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What attention over the keys and values of a layer costs. Kernels read whole blocks of 32 tokens, so costs are kept by
 * blocks; those of a new token by its position. Safe for several threads.
 */
public final class KvCosts {
    private record Key(String kernel, int from, int to, int size) {}

    private final PimEngine engine;
    private final KvKernels kernels;
    private final int sharing;
    private final int groups;
    private final int rounds;
    private final int devices;
    private final KvShape shape;
    private final Map<Key, PimEngine.Cost> known = new HashMap<>();

    /** Of a layer whose KV heads are divided over the devices, the last of which may have fewer. */
    KvCosts(PimEngine engine, KvShape layer) {
        this.engine = engine;
        int heads = Math.ceilDiv(layer.kvHeads(), engine.devices());
        devices = Math.ceilDiv(layer.kvHeads(), heads);
        shape = new KvShape(heads, layer.group(), layer.headBlocks(), layer.tokens());
        kernels = KvKernels.of(engine.spec(), shape, engine.channels());
        sharing = Math.max(1, engine.channels() / shape.kvHeads());
        groups = kernels.activeChannels() / sharing;
        rounds = shape.rounds(engine.channels());
    }

    /** Rows of each bank that keys and values take. */
    public int usedRows() {
        return kernels.usedRows();
    }

    /** Devices that have keys and values. */
    public int devices() {
        return devices;
    }

    /** Query heads that a channel has one after the other. */
    public int rounds() {
        return rounds;
    }

    /** The round of a query head. */
    public int round(int queryHead) {
        return shape.round(queryHead % (shape.kvHeads() * shape.group()), engine.channels());
    }

    /** The rows of a new token, in all channels. */
    public PimEngine.Cost append(int token) {
        return cost(new Key("append", 0, 0, token), () -> {
            PimEngine.Cost sum = new PimEngine.Cost(0, 0, 0, 0, kernels.usedRows(), "");
            for (int channel = 0; channel < sharing; channel++) {
                PimEngine.Cost one =
                        engine.scheduled(kernels.append(token, channel), PimFormat.I8, devices * groups, 0, "");
                sum = new PimEngine.Cost(
                        Math.max(sum.cycles(), one.cycles()),
                        sum.picojoules() + one.picojoules(),
                        0,
                        Math.max(sum.refreshes(), one.refreshes()),
                        sum.usedRows(),
                        "");
            }
            return sum;
        });
    }

    /** Scores of some rounds over so many blocks of 32 tokens. */
    public PimEngine.Cost scores(int from, int to, int blocks) {
        return cost(
                new Key("scores", from, to, blocks),
                () -> engine.scheduled(
                        kernels.scores(from, to, blocks), PimFormat.I8, devices * groups * sharing, 0, ""));
    }

    /** Values times probabilities of some rounds over so many blocks of 32 tokens. */
    public PimEngine.Cost values(int from, int to, int blocks) {
        return cost(
                new Key("values", from, to, blocks),
                () -> engine.scheduled(
                        kernels.values(from, to, blocks), PimFormat.I8, devices * groups * sharing, 0, ""));
    }

    private synchronized PimEngine.Cost cost(Key key, Supplier<PimEngine.Cost> scheduled) {
        PimEngine.Cost cost = known.get(key);
        if (cost == null) {
            cost = scheduled.get();
            known.put(key, cost);
        }
        return cost;
    }
}
