package dev.hwc.reports;

import dev.hwc.reports.model.Bound;
import dev.hwc.reports.model.BufferTraffic;
import dev.hwc.reports.model.EngineActivity;
import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.ModelInfo;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.PhaseKind;
import dev.hwc.reports.model.RunReport;
import dev.hwc.reports.model.TableUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An example report in the shape of a real one: Qwen2-0.5B with q4_0 weights on a 16×16 array. Counts
 * of MACs and bytes follow from the model's dimensions; cycles come from a formula (slowest engine
 * plus a constant), so this is a fixture and no measurement.
 */
public final class SampleRun {
    private static final int LAYERS = 24;
    private static final long HIDDEN = 896;
    private static final long KV_WIDTH = 128;
    private static final long FFN = 4864;
    private static final long VOCABULARY = 151_936;
    private static final int MACS_PER_CYCLE = 256;
    private static final int LANES = 16;
    private static final double PEAK_BYTES_PER_CYCLE = 25.6;
    private static final double CLOCK_MHZ = 500;
    /** Part of the peak that a stream reaches between refreshes and row changes. */
    private static final double STREAM_EFFICIENCY = 0.955;

    private static final double Q4_BYTES = 4.0 / 8;
    private static final double Q4_SCALE_BYTES = 2.0 / 32;

    private final long tokensAtOnce;
    private final Map<String, OperatorCost> operators = new LinkedHashMap<>();
    private final Map<String, Long> content = new LinkedHashMap<>();
    private final Map<String, Long> matrixStalls = new LinkedHashMap<>();
    private final List<Long> perToken = new ArrayList<>();
    private long written;

    private SampleRun(long tokensAtOnce) {
        this.tokensAtOnce = tokensAtOnce;
    }

    /** Twelve prompt tokens and 128 generated ones. */
    public static RunReport report() {
        SampleRun prefill = new SampleRun(12);
        prefill.step(0);
        SampleRun decode = new SampleRun(1);
        for (int token = 0; token < 128; token++) {
            decode.step(12 + token);
        }
        return new RunReport(
                "0.1.0",
                "hwc generate shape:qwen2-0.5b@q4_0 --hw edge-16x16 -p 12 -n 128 --report report.html",
                new ModelInfo(
                        "qwen2-0.5b@q4_0",
                        "qwen2",
                        494_032_768L,
                        277_893_440L,
                        ordered("q4_0", 277_600_000L, "f32", 293_440L)),
                new HardwareInfo(
                        "edge-16x16",
                        "sha256:5b0c9f6a1d7e4c2388aa90f3c1e2d4b7",
                        16,
                        16,
                        CLOCK_MHZ,
                        LANES,
                        "lpddr5-6400",
                        PEAK_BYTES_PER_CYCLE,
                        ordered("weight", 131_072L, "activation", 65_536L, "output", 65_536L, "vector", 32_768L)),
                "double-buffered tiles, hidden weight preload",
                "command level, one channel",
                Map.of("batch", "1"),
                List.of(new TableUse("lpddr5-6400", "timing", "JEDEC JESD209-5, speed bin 6400", null)),
                List.of(
                        prefill.phase("prefill 12", PhaseKind.PREFILL, 12, Bound.COMPUTE),
                        decode.phase("decode × 128", PhaseKind.DECODE, 128, Bound.MEMORY)));
    }

    private void step(long past) {
        long before = total(OperatorCost::cycles);
        add("embed", "embed", null, 0, HIDDEN * 2, 0, tokensAtOnce * HIDDEN);
        for (int layer = 0; layer < LAYERS; layer++) {
            layer(layer, past);
        }
        add("head", "head", null, HIDDEN * VOCABULARY, 0, 0, VOCABULARY / 8);
        perToken.add(total(OperatorCost::cycles) - before);
    }

    private void layer(int layer, long past) {
        long t = tokensAtOnce;
        linear(layer, "qkv", HIDDEN * (HIDDEN + 2 * KV_WIDTH), 6 * t * HIDDEN);
        long kv = (past + t) * 2 * KV_WIDTH * 2;
        long attended = t * (past + (t + 1) / 2);
        add("blk." + layer + ".attention", "attention", layer, attended * HIDDEN * 2, kv, t * 512, attended * 14 * 5);
        linear(layer, "output_add", HIDDEN * HIDDEN, 4 * t * HIDDEN);
        linear(layer, "gate_up", 2 * HIDDEN * FFN, 4 * t * FFN);
        linear(layer, "down_add", HIDDEN * FFN, 3 * t * FFN);
    }

    private void linear(int layer, String kind, long weights, long vectorElements) {
        add("blk." + layer + "." + kind, kind, layer, weights * tokensAtOnce, 0, 0, vectorElements);
    }

    /** Weights are the MACs of one token, except for embedding and attention, which have none. */
    private void add(
            String name,
            String kind,
            @Nullable Integer layer,
            long macs,
            long otherBytes,
            long store,
            long vectorElements) {
        boolean weighted = !kind.equals("attention") && !kind.equals("embed");
        long weights = weighted ? (kind.equals("head") ? macs : macs / tokensAtOnce) : 0;
        long codes = Math.round(weights * Q4_BYTES);
        long scales = Math.round(weights * Q4_SCALE_BYTES);
        content.merge("weights", codes, Long::sum);
        content.merge("scales", scales, Long::sum);
        content.merge(kind.equals("embed") ? "activations" : "kv", otherBytes + store, Long::sum);
        written += store;
        long bytes = codes + scales + otherBytes + store;
        long load = Math.round((bytes - store) / (PEAK_BYTES_PER_CYCLE * STREAM_EFFICIENCY));
        long matrix = Math.round(macs / (MACS_PER_CYCLE * 0.97));
        long vector = vectorElements / LANES;
        long storeCycles = Math.round(store / PEAK_BYTES_PER_CYCLE);
        long slowest = Math.max(load, Math.max(matrix, vector));
        long span = slowest + 420;
        Bound bound = slowest < 420
                ? Bound.LATENCY
                : slowest == load ? Bound.MEMORY : slowest == matrix ? Bound.COMPUTE : Bound.VECTOR;
        long waiting = span - matrix;
        long onWeights = Math.min(waiting, Math.max(0, load - matrix));
        long onVector = Math.min(waiting - onWeights, vector);
        matrixStalls.merge("waits for weights", onWeights, Long::sum);
        matrixStalls.merge("waits for vector", onVector, Long::sum);
        matrixStalls.merge("fill and drain", (waiting - onWeights - onVector) / 2, Long::sum);
        OperatorCost cost = new OperatorCost(
                name, kind, layer, span, span, matrix, vector, load, storeCycles, macs, bytes, bound, null);
        operators.merge(name, cost, SampleRun::plus);
    }

    private static OperatorCost plus(OperatorCost a, OperatorCost b) {
        return new OperatorCost(
                a.name(),
                a.kind(),
                a.layer(),
                a.cycles() + b.cycles(),
                a.activeCycles() + b.activeCycles(),
                a.matrixBusyCycles() + b.matrixBusyCycles(),
                a.vectorBusyCycles() + b.vectorBusyCycles(),
                a.loadBusyCycles() + b.loadBusyCycles(),
                a.storeBusyCycles() + b.storeBusyCycles(),
                a.macs() + b.macs(),
                a.memoryBytes() + b.memoryBytes(),
                b.bound(),
                null);
    }

    private Phase phase(String name, PhaseKind kind, long tokens, Bound bound) {
        long cycles = total(OperatorCost::cycles);
        long macs = total(OperatorCost::macs);
        long bytes = total(OperatorCost::memoryBytes);
        double roof = Math.min(MACS_PER_CYCLE, (double) macs / bytes * PEAK_BYTES_PER_CYCLE);
        return new Phase(
                name,
                kind,
                tokens,
                cycles,
                macs,
                bytes - written,
                written,
                content,
                bound,
                (double) macs / (cycles * (double) MACS_PER_CYCLE),
                bytes / (cycles * PEAK_BYTES_PER_CYCLE),
                100 * macs / (cycles * roof),
                List.copyOf(operators.values()),
                engines(cycles),
                buffers(bytes, macs),
                kind == PhaseKind.DECODE ? perToken : List.of(),
                null);
    }

    private List<EngineActivity> engines(long cycles) {
        long load = total(OperatorCost::loadBusyCycles);
        long matrix = total(OperatorCost::matrixBusyCycles);
        long vector = total(OperatorCost::vectorBusyCycles);
        long store = total(OperatorCost::storeBusyCycles);
        return List.of(
                new EngineActivity(
                        "load",
                        load,
                        ordered("buffer full", (cycles - load) * 7 / 10, "memory latency", (cycles - load) / 10)),
                new EngineActivity("matrix", matrix, matrixStalls),
                new EngineActivity("vector", vector, ordered("waits for matrix", (cycles - vector) * 8 / 10)),
                new EngineActivity("store", store, ordered("waits for vector", (cycles - store) / 20)));
    }

    private List<BufferTraffic> buffers(long bytes, long macs) {
        long inner = macs / 16;
        return List.of(
                new BufferTraffic("weight buffer", bytes - written, bytes - written),
                new BufferTraffic("activation buffer", inner / 24, inner / 96),
                new BufferTraffic("output buffer", inner / 32, inner / 32),
                new BufferTraffic("vector buffer", inner / 64, inner / 80));
    }

    private long total(ToLongFunction<OperatorCost> field) {
        return operators.values().stream().mapToLong(field).sum();
    }

    /** A map that keeps its order; key, value, key, value. */
    private static Map<String, Long> ordered(Object... entries) {
        Map<String, Long> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Long) entries[i + 1]);
        }
        return map;
    }
}
