package dev.hwc.cli.run;

import dev.hwc.cli.output.Numbers;
import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.ProductPlaces;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.host.device.SimulatedCost;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A compiled model and the figures that are known before it runs.
 *
 * @param decode the program of a step of one token
 * @param prefill the program of the largest step
 */
public record Compilation(CompiledModel compiled, StepProgram decode, StepProgram prefill) implements AutoCloseable {

    /**
     * Compiles a model with the tiling that the search finds.
     *
     * @param context tokens the KV cache holds
     * @param places where products may be computed
     */
    public static Compilation of(Model model, HardwareSpec spec, int context, ProductPlaces places) {
        CompiledModel compiled = CompiledModel.compile(model, spec, context, new SimulatedCost(spec), places);
        try {
            return new Compilation(compiled, compiled.step(1), compiled.step(compiled.maxTokens()));
        } catch (RuntimeException e) {
            compiled.close();
            throw e;
        }
    }

    /** Numbers of tokens of the steps. */
    public List<Integer> stepTokens() {
        return prefill.tokens() == 1 ? List.of(1) : List.of(1, prefill.tokens());
    }

    /** Instructions of the decode program, all queues. */
    public int instructions() {
        return decode.program().size();
    }

    /** The least cycles of a step at position 0: its multiply-accumulates, or reading the weights once. */
    private Roofline bound(int tokens) {
        return Roofline.of(compiled.spec(), compiled.tensors().macs(tokens, 0), streamedBytes());
    }

    /** Weight bytes that every step reads: all but the embedding table, of which it reads single rows. */
    private long streamedBytes() {
        ModelLayout layout = compiled.layout();
        return layout.network().tied()
                ? layout.weightBytes()
                : layout.weightBytes() - layout.table().bytes();
    }

    private long scratchpadPeakBytes() {
        return Math.max(decode.scratchpadPeakBytes(), prefill.scratchpadPeakBytes());
    }

    /** For people. */
    public String text() {
        Roofline decodeBound = bound(1);
        Roofline prefillBound = bound(prefill.tokens());
        return "hardware         " + compiled.spec().name() + "\n"
                + "decode           " + Numbers.grouped(instructions()) + " instructions, at least "
                + bound(decodeBound) + "\n"
                + "prefill of " + String.format("%-6d", prefill.tokens())
                + Numbers.grouped(prefill.program().size()) + " instructions, at least " + bound(prefillBound) + "\n"
                + "weights          " + Numbers.bytes(compiled.layout().weightBytes()) + "\n"
                + "streamed         " + WeightFormats.of(compiled.layout()).text() + "\n"
                + "constants        " + Numbers.bytes(compiled.layout().constantBytes()) + "\n"
                + "KV cache         " + Numbers.bytes(compiled.layout().kvBytes()) + " for "
                + compiled.layout().context() + " tokens\n"
                + "scratchpads      " + Numbers.bytes(scratchpadPeakBytes()) + " at most\n";
    }

    private static String bound(Roofline roofline) {
        return Numbers.grouped((long) Math.ceil(roofline.cycles())) + " cycles ("
                + roofline.bound().text() + ")";
    }

    /** Adds the fields of the JSON result. */
    public void fill(ObjectNode result) {
        result.put("instructions", instructions());
        result.put("prefillTokens", prefill.tokens());
        result.put("prefillInstructions", prefill.program().size());
        result.put("weightBytes", compiled.layout().weightBytes());
        WeightFormats.of(compiled.layout()).fill(result.putArray("weightFormats"));
        result.put("constantBytes", compiled.layout().constantBytes());
        result.put("kvCacheBytes", compiled.layout().kvBytes());
        result.put("context", compiled.layout().context());
        result.put("scratchpadPeakBytes", scratchpadPeakBytes());
        ObjectNode engines = result.putObject("engines");
        for (Queue queue : Queue.values()) {
            engines.put(queue.text(), decode.program().stream(queue).size());
        }
        ObjectNode bounds = result.putObject("bounds");
        fill(bounds.putObject("decode"), bound(1));
        fill(bounds.putObject("prefill"), bound(prefill.tokens()));
    }

    private static void fill(ObjectNode node, Roofline roofline) {
        node.put("computeCycles", Math.round(Math.ceil(roofline.computeCycles())));
        node.put("memoryCycles", Math.round(Math.ceil(roofline.memoryCycles())));
        node.put("bound", roofline.bound().text());
    }

    @Override
    public void close() {
        compiled.close();
    }
}
