package dev.hwc.cli.run;

import dev.hwc.cli.RunFailure;
import dev.hwc.compiler.image.ProductPlaces;
import dev.hwc.host.generation.Generation;
import dev.hwc.host.generation.GenerationListener;
import dev.hwc.host.generation.GenerationRequest;
import dev.hwc.host.generation.TextGenerator;
import dev.hwc.host.generation.TokenModel;
import dev.hwc.host.sampling.Sampler;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.interp.Arithmetics;
import dev.hwc.ir.numerics.BlockMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;

/** What {@code hwc selftest} checks. An action returns what it found, and throws what is wrong. */
public final class Selftest {
    /** The models of the checks. */
    public static final List<String> MODELS = List.of("demo", "demo@q4_0");
    /** Tokens on the simulator unless others are asked for. */
    public static final int SIMULATED_TOKENS = 16;
    /** Tokens on the generated hardware unless others are asked for. */
    public static final int VERILATED_TOKENS = 2;
    /** Number of {@link #checks}. */
    public static final int CHECKS = 5;

    private static final String PROMPT = "Once upon a time";

    private final HardwareSpec spec;
    private final int tokens;
    private final Optional<LongConsumer> clocks;

    /**
     * Checks of one device.
     *
     * @param clocks told the clocks of the generated hardware; absent: the simulator is the device
     */
    public Selftest(HardwareSpec spec, int tokens, Optional<LongConsumer> clocks) {
        this.spec = spec;
        this.tokens = tokens;
        this.clocks = clocks;
    }

    /** What a back end generated. */
    private record Generated(List<Integer> ids, List<float[]> logits, long cycles) {
        /** Over the bits of all logits, in order. */
        long checksum() {
            CRC32 crc = new CRC32();
            for (float[] row : logits) {
                for (float logit : row) {
                    int bits = Float.floatToRawIntBits(logit);
                    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                        crc.update(bits >>> shift);
                    }
                }
            }
            return crc.getValue();
        }
    }

    /** The reference interpreter gives the tokens and, to the bit, the logits that are shipped with the model. */
    public static String golden(String name) {
        try (Model model = ModelSource.open(name)) {
            Generated found = reference(model, HardwareSpecs.preset("tiny-4x4"), SIMULATED_TOKENS);
            GoldenTokens golden = GoldenTokens.of(name);
            require(
                    found.ids().equals(golden.tokens()),
                    "tokens " + found.ids() + "; shipped with the model are " + golden.tokens());
            require(
                    found.checksum() == golden.logits(),
                    "logits with checksum " + found.checksum() + "; shipped with the model is " + golden.logits());
            return SIMULATED_TOKENS + " tokens and all logits as shipped: " + text(model, found.ids());
        }
    }

    /** The tokens and logits that {@link #golden} is about, as they are now. */
    static GoldenTokens record(String name) {
        try (Model model = ModelSource.open(name)) {
            Generated found = reference(model, HardwareSpecs.preset("tiny-4x4"), SIMULATED_TOKENS);
            return new GoldenTokens(found.ids(), found.checksum());
        }
    }

    /**
     * The checks of the device by name, in order.
     *
     * @param prefix of the names
     */
    public Map<String, Callable<String>> checks(String prefix) {
        Map<String, Callable<String>> checks = new LinkedHashMap<>();
        checks.put(prefix + " product i8", () -> product(5, 7, 70, BlockMatrix.Format.I8));
        checks.put(prefix + " product i4", () -> product(3, 33, 96, BlockMatrix.Format.I4));
        checks.put(prefix + " product i4m", () -> product(4, 9, 96, BlockMatrix.Format.I4M));
        checks.put(prefix + " product nl4", () -> product(4, 9, 96, BlockMatrix.Format.NL4));
        checks.put(prefix + " product ternary", () -> product(4, 9, 96, BlockMatrix.Format.TERNARY));
        checks.put(prefix + " vector product", () -> product(1, 65, 320, BlockMatrix.Format.I4));
        for (String model : MODELS) {
            checks.put(prefix + " " + model, () -> generation(model));
        }
        return checks;
    }

    /** Every element equals the reference; on the hardware the cycles equal the simulator's. */
    private String product(int m, int n, int k, BlockMatrix.Format format) {
        GemmRun simulated = GemmRun.simulate(spec, m, n, k, format);
        GemmRun run = clocks.map(listener -> GemmRun.verilate(spec, m, n, k, format, Optional.empty(), listener))
                .orElse(simulated);
        require(run.mismatches() == 0, run.mismatches() + " of " + m * n + " elements differ from the reference");
        return m + "x" + n + "x" + k + ": " + m * n + " elements to the bit, "
                + cycles(run.cycles(), simulated.cycles());
    }

    /** Greedy tokens and every logit equal those of the reference interpreter. */
    private String generation(String name) {
        try (Model model = ModelSource.open(name)) {
            Generated expected = reference(model, spec, tokens);
            Generated simulated = generate(new BackEnd.Simulator(spec, ProductPlaces.CHEAPEST), model, tokens);
            Generated found = clocks.map(
                            listener -> generate(new BackEnd.Rtl(spec, Optional.empty(), listener), model, tokens))
                    .orElse(simulated);
            for (int step = 0; step < tokens; step++) {
                requireSameLogits(expected.logits().get(step), found.logits().get(step), step);
            }
            require(
                    expected.ids().equals(found.ids()),
                    "tokens " + found.ids() + "; the reference has " + expected.ids());
            return tokens + " tokens and " + (long) tokens * model.config().vocabularySize() + " logits to the bit, "
                    + cycles(found.cycles(), simulated.cycles()) + ": " + text(model, expected.ids());
        }
    }

    private String cycles(long found, long simulated) {
        require(found == simulated, found + " cycles; the simulator takes " + simulated);
        return clocks.isPresent() ? found + " cycles as on the simulator" : found + " cycles";
    }

    /** What the ids say, on one line, in quotation marks. */
    private static String text(Model model, List<Integer> ids) {
        String text = model.tokenizer()
                .decode(ids.stream().mapToInt(Integer::intValue).toArray());
        return '"' + text.replace('\n', ' ') + '"';
    }

    private static void requireSameLogits(float[] expected, float[] found, int step) {
        for (int i = 0; i < expected.length; i++) {
            require(
                    Float.floatToRawIntBits(expected[i]) == Float.floatToRawIntBits(found[i]),
                    "logit " + i + " of step " + step + " is " + found[i] + "; the reference has " + expected[i]);
        }
    }

    private static void require(boolean ok, String problem) {
        if (!ok) {
            throw new RunFailure(problem);
        }
    }

    private static Generated reference(Model model, HardwareSpec spec, int tokens) {
        return generate(new BackEnd.Reference(Arithmetics.named(BackEnd.HARDWARE_ARITHMETIC), spec), model, tokens);
    }

    private static Generated generate(BackEnd on, Model model, int tokens) {
        int[] prompt = model.tokenizer().encode(PROMPT, true);
        GenerationRequest request = new GenerationRequest(prompt, tokens, OptionalInt.empty());
        List<Integer> ids = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        try (TokenModel tokenModel = on.open(model, request.positions())) {
            GenerationListener listener = new GenerationListener() {
                @Override
                public void token(int id, float[] logits) {
                    ids.add(id);
                    rows.add(logits.clone());
                }
            };
            Generation generation = new TextGenerator(tokenModel, Sampler.GREEDY).generate(request, listener);
            return new Generated(ids, rows, generation.prefillCycles() + generation.decodeCycles());
        }
    }
}
