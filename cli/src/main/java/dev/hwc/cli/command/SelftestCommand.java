package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.BackEnd;
import dev.hwc.cli.run.GemmRun;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.cli.run.HealthCheck;
import dev.hwc.cli.run.ModelSource;
import dev.hwc.host.generation.Generation;
import dev.hwc.host.generation.GenerationListener;
import dev.hwc.host.generation.GenerationRequest;
import dev.hwc.host.generation.TextGenerator;
import dev.hwc.host.generation.TokenModel;
import dev.hwc.host.sampling.Sampler;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.interp.Arithmetics;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.sim.SimException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hwc selftest}: the whole chain on data whose results are known, stage by stage. */
@Command(
        name = "selftest",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Prove the chain from model file to text: products, logits and tokens with known results.")
final class SelftestCommand implements Callable<Integer> {
    private static final String PROMPT = "Once upon a time";
    private static final int TOKENS = 16;
    private static final List<String> BACK_ENDS = List.of("sim", "rtl");

    private final Streams streams;

    @Option(names = "--hw", paramLabel = "HW", description = "hardware (default: tiny-4x4)")
    private String hardware = "tiny-4x4";

    @Option(names = "--backend", paramLabel = "BACKEND", description = "sim (default) or rtl")
    private String backEnd = "sim";

    @Option(names = "-n", paramLabel = "N", description = "tokens of the demo model (default: " + TOKENS + ")")
    private int tokens = TOKENS;

    @Mixin
    private JsonOption json = new JsonOption();

    private final List<HealthCheck> checks = new ArrayList<>();

    SelftestCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        HardwareSpec spec = HardwareSource.find(hardware);
        if (!BACK_ENDS.contains(backEnd)) {
            throw new UsageException("back end '" + backEnd + "' is unknown; allowed are "
                    + String.join(", ", BACK_ENDS) + Nearest.suggestion(backEnd, BACK_ENDS));
        }
        if (tokens < 1 || tokens > 256) {
            throw new UsageException("-n is " + tokens + "; allowed are 1 to 256");
        }
        check("product i8", () -> product(spec, 5, 7, 70, BlockMatrix.Format.I8));
        check("product i4", () -> product(spec, 3, 33, 96, BlockMatrix.Format.I4));
        check("vector product", () -> product(spec, 1, 65, 320, BlockMatrix.Format.I4));
        for (String model : List.of("demo", "demo@q4_0")) {
            check("tokens of " + model, () -> text(spec, model));
        }
        json.write(HealthTable.json(checks, Optional.of(spec)), streams);
        return HealthTable.exitCode(checks);
    }

    private void check(String name, Callable<String> action) {
        HealthCheck check = HealthCheck.of(name, action);
        checks.add(check);
        HealthTable.print(check, json.forPeople(streams));
    }

    /** Every element equals the reference; on the hardware the cycles equal the simulator's. */
    private String product(HardwareSpec spec, int m, int n, int k, BlockMatrix.Format format) {
        GemmRun simulated = GemmRun.simulate(spec, m, n, k, format);
        GemmRun run = backEnd.equals("sim") ? simulated : GemmRun.verilate(spec, m, n, k, format, clocks -> {});
        require(run.mismatches() == 0, run.mismatches() + " of " + m * n + " elements differ from the reference");
        require(
                run.cycles() == simulated.cycles(),
                run.cycles() + " cycles; the simulator takes " + simulated.cycles());
        return m + "x" + n + "x" + k + ": " + m * n + " elements to the bit, " + run.cycles() + " cycles";
    }

    /** Greedy tokens and every logit equal those of the reference interpreter. */
    private String text(HardwareSpec spec, String name) {
        try (Model model = ModelSource.open(name)) {
            BackEnd reference = new BackEnd.Reference(Arithmetics.named(BackEnd.HARDWARE_ARITHMETIC), spec);
            Recorded expected = generate(reference, model);
            BackEnd simulator = new BackEnd.Simulator(spec);
            BackEnd device = backEnd.equals("sim") ? simulator : new BackEnd.Rtl(spec, clocks -> {});
            Recorded found = generate(device, model);
            for (int step = 0; step < tokens; step++) {
                requireSameLogits(expected.logits.get(step), found.logits.get(step), step);
            }
            require(expected.ids.equals(found.ids), "tokens " + found.ids + "; the reference has " + expected.ids);
            if (!backEnd.equals("sim")) {
                long cycles = generate(simulator, model).cycles;
                require(found.cycles == cycles, found.cycles + " cycles; the simulator takes " + cycles);
            }
            return tokens + " tokens and " + (long) tokens * model.config().vocabularySize() + " logits to the bit, "
                    + found.cycles + " cycles: "
                    + model.tokenizer().decode(ids(expected.ids)).strip();
        }
    }

    private static int[] ids(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void requireSameLogits(float[] expected, float[] found, int step) {
        for (int i = 0; i < expected.length; i++) {
            int bits = Float.floatToRawIntBits(found[i]);
            require(
                    Float.floatToRawIntBits(expected[i]) == bits,
                    "logit " + i + " of step " + step + " is " + found[i] + "; the reference has " + expected[i]);
        }
    }

    private static void require(boolean ok, String problem) {
        if (!ok) {
            throw new SimException(problem);
        }
    }

    /** What a back end generated. */
    private static final class Recorded {
        private final List<Integer> ids = new ArrayList<>();
        private final List<float[]> logits = new ArrayList<>();
        private long cycles;
    }

    private Recorded generate(BackEnd on, Model model) {
        int[] prompt = model.tokenizer().encode(PROMPT, true);
        GenerationRequest request = new GenerationRequest(prompt, tokens, OptionalInt.empty());
        Recorded recorded = new Recorded();
        try (TokenModel tokenModel = on.open(model, request.positions())) {
            GenerationListener listener = new GenerationListener() {
                @Override
                public void token(int id, float[] logits) {
                    recorded.ids.add(id);
                    recorded.logits.add(logits.clone());
                }
            };
            Generation generation = new TextGenerator(tokenModel, Sampler.GREEDY).generate(request, listener);
            recorded.cycles = generation.prefillCycles() + generation.decodeCycles();
        }
        return recorded;
    }
}
