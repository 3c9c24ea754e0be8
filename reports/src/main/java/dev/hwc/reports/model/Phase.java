package dev.hwc.reports.model;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One part of a run: the prompt, or all generated tokens. Counts are totals over the phase.
 *
 * @param name as shown, e.g. {@code prefill 12} or {@code decode × 128}
 * @param kind which part of the run it is
 * @param tokens tokens processed, at least 1
 * @param cycles elapsed array clock cycles, at least 1
 * @param macs multiply-accumulates of the model, padding not counted
 * @param memoryBytesRead bytes read over the memory port
 * @param memoryBytesWritten bytes written over the memory port
 * @param memoryBytesByContent what those bytes were, e.g. {@code weights}, {@code scales}, {@code
 *     kv}, {@code activations}; may be empty
 * @param boundBy what limits the phase
 * @param macUtilization MACs done over MACs possible in these cycles, 0 to 1
 * @param bandwidthUtilization bytes moved over bytes possible in these cycles, 0 to 1
 * @param rooflinePercent MACs per cycle reached, in percent of the roofline at this intensity
 * @param operators cost of each operator; may be empty
 * @param engines what each engine did; may be empty
 * @param buffers traffic of each on-chip buffer; may be empty
 * @param perTokenCycles optional: cycles of each token in order; empty when not recorded
 * @param energyMillijoules optional: absent when energy is not modelled
 */
public record Phase(
        String name,
        PhaseKind kind,
        long tokens,
        long cycles,
        long macs,
        long memoryBytesRead,
        long memoryBytesWritten,
        Map<String, Long> memoryBytesByContent,
        Bound boundBy,
        double macUtilization,
        double bandwidthUtilization,
        double rooflinePercent,
        List<OperatorCost> operators,
        List<EngineActivity> engines,
        List<BufferTraffic> buffers,
        @JsonSetter(nulls = Nulls.AS_EMPTY) List<Long> perTokenCycles,
        @Nullable Double energyMillijoules) {
    public Phase {
        Check.present(name, "name");
        Check.present(kind, "kind");
        Check.atLeast(1, tokens, "tokens");
        Check.atLeast(1, cycles, "cycles");
        Check.atLeast(0, macs, "macs");
        Check.atLeast(0, memoryBytesRead, "memoryBytesRead");
        Check.atLeast(0, memoryBytesWritten, "memoryBytesWritten");
        memoryBytesByContent = Check.counts(memoryBytesByContent, "memoryBytesByContent");
        Check.present(boundBy, "boundBy");
        Check.notNegative(macUtilization, "macUtilization");
        Check.notNegative(bandwidthUtilization, "bandwidthUtilization");
        Check.notNegative(rooflinePercent, "rooflinePercent");
        operators = Check.list(operators, "operators");
        engines = Check.list(engines, "engines");
        buffers = Check.list(buffers, "buffers");
        perTokenCycles = Check.list(perTokenCycles, "perTokenCycles");
        perTokenCycles.forEach(c -> Check.atLeast(0, c, "perTokenCycles"));
        if (energyMillijoules != null) {
            Check.notNegative(energyMillijoules, "energyMillijoules");
        }
    }

    /** Bytes over the memory port, both ways. */
    public long memoryBytes() {
        return memoryBytesRead + memoryBytesWritten;
    }

    public double cyclesPerToken() {
        return (double) cycles / tokens;
    }

    /** Modelled milliseconds per token at a clock in MHz. */
    public double millisecondsPerToken(double clockMhz) {
        return cyclesPerToken() / (clockMhz * 1e3);
    }

    /** Modelled tokens per second at a clock in MHz. */
    public double tokensPerSecond(double clockMhz) {
        return clockMhz * 1e6 / cyclesPerToken();
    }
}
