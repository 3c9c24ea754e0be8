package dev.hwc.compiler.image;

import dev.hwc.ir.IrException;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.ir.tile.JobArgument;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a program image says about itself (docs/spec/image.md §2): whose programs it holds, for which
 * hardware, and how the host starts a job.
 *
 * @param hwc version of the compiler
 * @param context tokens the KV cache holds
 * @param windows memory the job needs, by number
 * @param programOffset where the programs stand in window 0
 * @param vocabulary number of logits
 * @param steps programs, in the order of their sections
 */
public record ImageManifest(
        String hwc,
        Source model,
        Hardware hardware,
        int context,
        List<Window> windows,
        long programOffset,
        TokenTable tokens,
        int vocabulary,
        List<Step> steps) {

    private static final int MAX_STEPS = 512;
    private static final int MAX_ARGUMENTS = 32;
    private static final int MAX_CONTEXT = 1 << 24;
    private static final long MAX_MACS = 1L << 60;

    /**
     * The model.
     *
     * @param sha256 of the text of the fused tensor program, which says configuration and the names,
     *     shapes and types of all weights
     */
    public record Source(String name, String sha256) {}

    /** The hardware the programs were made for; the name is for people, the hash decides. */
    public record Hardware(String name, String hash) {}

    /**
     * A window.
     *
     * @param permissions {@code r} or {@code rw}
     */
    public record Window(int index, String name, long bytes, String permissions) {}

    /**
     * Where the rows of the embedding table stand in window 0; window 3 holds, for each token of a
     * step, the offsets of codes and scales as two 32-bit words.
     *
     * @param rows of the table
     * @param columns tokens whose rows lie in one tile
     * @param tileBytes from tile to tile
     * @param segmentBytes codes of one token that lie together
     */
    public record TokenTable(int rows, int columns, long tileBytes, int segmentBytes) {
        /** Offsets of a token's codes and scales. */
        public long[] offsets(int id) {
            if (id < 0 || id >= rows) {
                throw new IrException(
                        "token id " + id + " is not in the vocabulary of " + rows + "; allowed 0.." + (rows - 1));
            }
            long tile = id / columns * tileBytes;
            long column = id % columns;
            return new long[] {tile + column * segmentBytes, tile + column * 2};
        }
    }

    /**
     * The program for a step.
     *
     * @param tokens new tokens
     * @param logits whether it computes the logits of the last token
     * @param logitsOffset where they stand in window 3, fp32
     * @param scratchpadPeakBytes what it uses of the scratchpads together
     * @param macs multiply-accumulates that the model itself needs at position 0, without padding
     * @param macsPerPosition those that each token before the step adds
     * @param arguments of the job as functions of the position
     * @param placement where the products of the step are computed; none where there is no choice
     */
    public record Step(
            int tokens,
            boolean logits,
            long logitsOffset,
            long scratchpadPeakBytes,
            long macs,
            long macsPerPosition,
            List<JobArgument> arguments,
            List<Place> placement) {
        public Step {
            arguments = List.copyOf(arguments);
            placement = List.copyOf(placement);
        }

        /** Where products are computed, as the compiler says it. */
        List<Placement> placements() {
            return placement.stream().map(place -> place.of(tokens)).toList();
        }
    }

    /**
     * A {@link Placement} of a step.
     *
     * @param obstacle empty for none
     */
    public record Place(String operator, boolean inMemory, long cycles, long otherCycles, String obstacle) {
        static Place of(Placement placement) {
            return new Place(
                    placement.operator().text(),
                    placement.inMemory(),
                    placement.cycles(),
                    placement.otherCycles(),
                    placement.obstacle().orElse(""));
        }

        private Placement of(int tokens) {
            return new Placement(
                    tokens,
                    kind().orElseThrow(),
                    inMemory,
                    cycles,
                    otherCycles,
                    Optional.of(obstacle).filter(text -> !text.isEmpty()));
        }

        private Optional<FusedKind> kind() {
            return FusedKind.named(operator);
        }
    }

    public ImageManifest {
        windows = List.copyOf(windows);
        steps = List.copyOf(steps);
        require(context >= 1 && context <= MAX_CONTEXT, "context is " + context + ", allowed 1.." + MAX_CONTEXT);
        require(windows.size() == 4 || windows.size() == 5, windows.size() + " windows, allowed are 4, 5");
        for (int i = 0; i < windows.size(); i++) {
            Window window = windows.get(i);
            require(window.index() == i, "window " + window.index() + " stands at place " + i);
            require(
                    window.bytes() >= 0 && window.bytes() < 1L << 40,
                    "window " + i + " has " + window.bytes() + " bytes, allowed 0.." + ((1L << 40) - 1));
            require(
                    window.permissions().equals("r") || window.permissions().equals("rw"),
                    "window " + i + " has permissions '" + window.permissions() + "', allowed r, rw");
        }
        require(
                programOffset >= 0 && programOffset <= windows.getFirst().bytes(),
                "programOffset is " + programOffset + ", allowed 0.."
                        + windows.getFirst().bytes());
        require(vocabulary >= 1, "vocabulary is " + vocabulary + ", at least 1");
        require(
                tokens.rows() >= 1 && tokens.columns() >= 1 && tokens.tileBytes() >= 0 && tokens.segmentBytes() >= 0,
                "token table " + tokens + " has sizes out of range");
        require(!steps.isEmpty() && steps.size() <= MAX_STEPS, steps.size() + " steps, allowed 1.." + MAX_STEPS);
        Set<String> seen = new HashSet<>();
        for (Step step : steps) {
            check(step, windows.get(3).bytes(), vocabulary);
            require(seen.add(step.tokens() + " " + step.logits()), "two steps of " + step.tokens() + " tokens");
        }
    }

    private static void check(Step step, long ioBytes, int vocabulary) {
        require(step.tokens() >= 1 && step.tokens() <= 255, "a step of " + step.tokens() + " tokens, allowed 1..255");
        require(
                step.logitsOffset() >= 8L * step.tokens() && step.logitsOffset() <= ioBytes - 4L * vocabulary,
                "logitsOffset is " + step.logitsOffset() + "; " + vocabulary + " logits from there must lie in window 3"
                        + " of " + ioBytes + " bytes, behind the token table");
        require(
                step.arguments().size() <= MAX_ARGUMENTS,
                step.arguments().size() + " arguments, at most " + MAX_ARGUMENTS);
        require(step.macs() >= 0 && step.macs() <= MAX_MACS, "macs is " + step.macs() + ", allowed 0.." + MAX_MACS);
        require(
                step.macsPerPosition() >= 0 && step.macsPerPosition() <= MAX_MACS / MAX_CONTEXT,
                "macsPerPosition is " + step.macsPerPosition() + ", allowed 0.." + MAX_MACS / MAX_CONTEXT);
        require(
                step.placement().size() <= FusedKind.values().length,
                step.placement().size() + " places of products, at most " + FusedKind.values().length);
        for (Place place : step.placement()) {
            require(place.kind().isPresent(), "operator '" + place.operator() + "' is unknown");
        }
        for (JobArgument argument : step.arguments()) {
            require(
                    argument.divisor() >= 1,
                    "argument " + argument.name() + " divides by " + argument.divisor() + ", at least 1");
        }
    }

    private static void require(boolean ok, String problem) {
        if (!ok) {
            throw new IrException("manifest: " + problem);
        }
    }
}
