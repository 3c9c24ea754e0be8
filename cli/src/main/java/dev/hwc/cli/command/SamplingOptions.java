package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.host.sampling.SamplingSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how tokens are drawn. */
final class SamplingOptions {
    @Option(
            names = "--temp",
            paramLabel = "T",
            description = "temperature; 0 (default) always takes the most likely token")
    private double temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "draw from the K most likely tokens only")
    private @Nullable Integer topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "draw from the fewest most likely tokens whose probabilities reach P")
    private @Nullable Double topP;

    @Option(names = "--seed", paramLabel = "S", description = "of the random generator (default: 0)")
    private @Nullable Long seed;

    SamplingSettings resolve() {
        if (temperature == 0 && (topK != null || topP != null || seed != null)) {
            throw new UsageException(
                    "--top-k, --top-p and --seed have no effect at temperature 0; give --temp above 0 or leave them out");
        }
        return new SamplingSettings(
                temperature, topK == null ? 0 : topK, topP == null ? 1 : topP, seed == null ? 0 : seed);
    }
}
