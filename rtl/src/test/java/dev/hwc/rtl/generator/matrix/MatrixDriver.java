package dev.hwc.rtl.generator.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.harness.RtlModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Runs jobs on a {@code MatrixUnit} and compares every flag, completion and output word with schedule
 * and reference. Plays the weight buffer: cycles in which no unit is asked for get random bits.
 */
final class MatrixDriver {
    private static final String COMMAND = "io_engine_command_";

    final MatrixReference reference;
    private final HardwareSpec spec;
    private final RtlModel model;
    private final Random random;
    private long saturated;
    private long zeroMacs;
    private long unitMacs;
    private boolean filled;

    /** A word of the output buffer, written at the end of a cycle. */
    private record Write(int cycle, int word, int[] lanes) {}

    private record Read(int cycle, int word, int[] lanes) {}

    MatrixDriver(RtlModel model, HardwareSpec spec, Random random) {
        this.model = model;
        this.spec = spec;
        this.random = random;
        reference = new MatrixReference(spec, random);
    }

    /** Terms that the model saturated so far; complete some cycles after the last job. */
    long saturated() {
        return saturated;
    }

    /** Multiply-accumulates by weights of 0 that the model counted so far, complete as {@link #saturated}. */
    long zeroMacs() {
        return zeroMacs;
    }

    /** The same of weights of 1 and −1. */
    long unitMacs() {
        return unitMacs;
    }

    private void count(StreamTable table, int t) {
        saturated += table.get(t, "io_engine_saturated");
        if (spec.array().gated()) {
            zeroMacs += table.get(t, "io_macs_zero");
            unitMacs += table.get(t, "io_macs_unit");
        }
    }

    /** One job; the next may follow at once. */
    void run(MatrixJob job) {
        List<int[]> fills = fills();
        int from = 2 * reference.rows + fills.size() * (32 / spec.vectorLanes()) + 4;
        MatrixSchedule schedule = new MatrixSchedule(spec, job.commands(), from);
        List<Read> reads = reads(emit(job, schedule), schedule.end);
        int cycles =
                Math.max(schedule.end, reads.isEmpty() ? 0 : reads.getLast().cycle() + 2) + random.nextInt(40);
        StreamTable table = new StreamTable(model, cycles);
        table.set(0, "io_begin", 1);
        writeActivations(table, fills, reference.rows + 4);
        noise(table);
        for (int i = 0; i < job.commands().size(); i++) {
            start(table, schedule.starts[i], job.commands().get(i), i);
        }
        for (Read read : reads) {
            table.set(read.cycle(), "io_outputRead_enable", 1);
            table.set(read.cycle(), "io_outputRead_address", read.word());
        }
        table.run(model);
        compareFlags(table, schedule.flags(job.commands(), cycles));
        compareWeightReads(table, job, schedule);
        compareOutput(table, reads);
    }

    /** Runs cycles without a command. */
    void idle(int cycles) {
        StreamTable table = new StreamTable(model, cycles);
        table.run(model);
        for (int t = 0; t < cycles; t++) {
            count(table, t);
        }
    }

    /** Bank and block of what is written before a job: all that jobs use, later a part of it. */
    private List<int[]> fills() {
        List<int[]> fills = new ArrayList<>();
        for (int k = 0; k < 2 * MatrixJob.EDGE; k++) {
            if (filled && random.nextInt(6) > 0) {
                continue;
            }
            int block = k < MatrixJob.EDGE ? k : reference.blocks - 2 * MatrixJob.EDGE + k;
            for (int bank = 0; bank < reference.rows; bank++) {
                reference.fill(bank, block, random);
                fills.add(new int[] {bank, block});
            }
        }
        filled = true;
        return fills;
    }

    /** Upper banks under their own number, or as what lies beyond the bank half an array before. */
    private void writeActivations(StreamTable table, List<int[]> fills, int from) {
        int lanes = spec.vectorLanes();
        int t = from;
        int half = reference.rows / 2;
        for (int[] fill : fills) {
            boolean beyond = fill[0] >= half && random.nextBoolean();
            for (int w = 0; w < 32 / lanes; w++, t++) {
                table.set(t, "io_activationWrite_valid", 1);
                table.set(t, "io_activationWrite_bank", fill[0] - (beyond ? half : 0));
                table.set(t, "io_activationWrite_block", fill[1] + (beyond ? reference.blocks : 0));
                table.set(t, "io_activationWrite_word", w);
                for (int l = 0; l < lanes; l++) {
                    table.set(
                            t,
                            "io_activationWrite_codes_" + l,
                            reference.activations[fill[0]][32 * fill[1] + lanes * w + l]);
                }
                table.set(t, "io_activationWrite_scaleValid", w == 0 ? 1 : 0);
                table.set(t, "io_activationWrite_scale", reference.activationScales[fill[0]][fill[1]]);
            }
        }
    }

    private void noise(StreamTable table) {
        for (int t = 0; t < table.cycles(); t++) {
            for (int j = 0; j < reference.columns; j++) {
                table.set(t, "io_weightRead_codes_" + j, random.nextLong(), random.nextLong());
                table.set(t, "io_weightRead_scales_" + j, random.nextInt());
                table.set(t, "io_weightRead_offsets_" + j, random.nextInt());
            }
        }
    }

    private void start(StreamTable table, int s, MatrixJob.Command c, int number) {
        command(table, s, c, number);
        for (int e = 0; e < 32 * c.blocks(); e++) {
            int unit = c.weight()
                    + c.format().firstUnit(e / 32)
                    + e % 32 * c.format().bits() / 128;
            for (int j = 0; j < reference.columns; j++) {
                table.set(
                        s + 2 + e,
                        "io_weightRead_codes_" + j,
                        word(reference.weights[j], 16 * unit),
                        word(reference.weights[j], 16 * unit + 8));
                table.set(s + 2 + e, "io_weightRead_scales_" + j, reference.weightScales[j][unit]);
                table.set(s + 2 + e, "io_weightRead_offsets_" + j, reference.weightOffsets[j][unit]);
            }
        }
    }

    static void command(StreamTable table, int s, MatrixJob.Command c, int number) {
        table.set(s, "io_engine_start", 1);
        table.set(s, COMMAND + "tag_pc", number);
        table.set(s, COMMAND + "tag_signals", 1 + number % 15);
        table.set(s, COMMAND + "emit", c.emit() ? 1 : 0);
        table.set(s, COMMAND + "activation", c.activation());
        table.set(s, COMMAND + "weight", c.weight());
        table.set(s, COMMAND + "blocks", c.blocks());
        table.set(s, COMMAND + "format", c.format().ordinal());
        table.set(s, COMMAND + "unitScale", c.unit() ? 1 : 0);
        table.set(s, COMMAND + "destination", c.destination());
        table.set(s, COMMAND + "stride", c.stride());
        table.set(s, COMMAND + "m", c.m());
        table.set(s, COMMAND + "n", c.n());
        table.set(s, COMMAND + "slot", c.slot());
    }

    private static long word(byte[] bytes, int at) {
        long word = 0;
        for (int k = 7; k >= 0; k--) {
            word = word << 8 | bytes[at + k] & 0xFF;
        }
        return word;
    }

    /** Computes the commands in order; the words that emissions write, in the order of writing. */
    private List<Write> emit(MatrixJob job, MatrixSchedule schedule) {
        List<Write> writes = new ArrayList<>();
        int lanes = spec.vectorLanes();
        for (int k = 0; k < job.commands().size(); k++) {
            MatrixJob.Command c = job.commands().get(k);
            if (!c.emit()) {
                reference.matmul(c);
                continue;
            }
            int[][] rows = reference.emit(c);
            for (int i = 0; i < rows.length; i++) {
                for (int w = 0; w < rows[i].length / lanes; w++) {
                    int[] word = Arrays.copyOfRange(rows[i], w * lanes, w * lanes + lanes);
                    writes.add(new Write(schedule.emissions[k] + i, c.destination() + i * c.stride() + w, word));
                }
            }
        }
        return writes;
    }

    /**
     * One read a cycle, of the words as they get written, at the earliest in the cycle after their write
     * and never in a cycle that writes the same word.
     */
    private static List<Read> reads(List<Write> writes, int end) {
        List<Read> reads = new ArrayList<>();
        Map<Integer, int[]> contents = new HashMap<>();
        Deque<Integer> due = new ArrayDeque<>();
        int next = 0;
        for (int t = 0; t < end || !due.isEmpty(); t++) {
            while (next < writes.size() && writes.get(next).cycle() < t) {
                contents.put(writes.get(next).word(), writes.get(next).lanes());
                due.add(writes.get(next).word());
                next++;
            }
            Integer word = due.poll();
            if (word == null) {
                continue;
            }
            if (written(writes, next, t, word)) {
                due.add(word);
            } else {
                reads.add(new Read(t, word, Objects.requireNonNull(contents.get(word))));
            }
        }
        return reads;
    }

    private static boolean written(List<Write> writes, int next, int cycle, int word) {
        for (int i = next; i < writes.size() && writes.get(i).cycle() == cycle; i++) {
            if (writes.get(i).word() == word) {
                return true;
            }
        }
        return false;
    }

    private void compareFlags(StreamTable table, MatrixSchedule.Flags[] expected) {
        for (int t = 0; t < expected.length; t++) {
            int slotFree = 0;
            for (int s = 0; s < spec.array().accumulatorSlots(); s++) {
                slotFree |= table.flag(t, "io_engine_slotFree_" + s) ? 1 << s : 0;
            }
            MatrixSchedule.Flags found = new MatrixSchedule.Flags(
                    table.flag(t, "io_engine_free"),
                    table.flag(t, "io_engine_busy"),
                    table.flag(t, "io_engine_canEmit"),
                    slotFree,
                    completion(table, t, "complete"),
                    completion(table, t, "completeEmit"));
            if (!found.equals(expected[t])) {
                assertEquals(expected[t], found, "cycle " + t);
            }
            assertEquals(0, table.get(t, "io_engine_fault_valid"), "fault");
            count(table, t);
        }
    }

    /** Number of the command that completes, or −1; its signals must be its own. */
    static int completion(StreamTable table, int t, String name) {
        String port = "io_engine_" + name;
        if (!table.flag(t, port + "_valid")) {
            return -1;
        }
        int number = (int) table.get(t, port + "_bits_pc");
        assertEquals(1 + number % 15, table.get(t, port + "_bits_signals"), "signals of command " + number);
        return number;
    }

    private void compareWeightReads(StreamTable table, MatrixJob job, MatrixSchedule schedule) {
        for (int k = 0; k < job.commands().size(); k++) {
            MatrixJob.Command c = job.commands().get(k);
            for (int e = 0; e < 32 * c.blocks(); e++) {
                int t = schedule.starts[k] + 1 + e;
                int unit = c.weight()
                        + c.format().firstUnit(e / 32)
                        + e % 32 * c.format().bits() / 128;
                if (!table.flag(t, "io_weightRead_enable") || table.get(t, "io_weightRead_unit") != unit) {
                    assertEquals(unit, table.get(t, "io_weightRead_unit"), "unit read in cycle " + t);
                }
            }
        }
    }

    private void compareOutput(StreamTable table, List<Read> reads) {
        for (Read read : reads) {
            for (int l = 0; l < read.lanes().length; l++) {
                int found = (int) table.get(read.cycle() + 1, "io_outputRead_data_" + l);
                if (found != read.lanes()[l]) {
                    assertEquals(
                            Integer.toHexString(read.lanes()[l]),
                            Integer.toHexString(found),
                            "lane " + l + " of output word " + read.word() + " read in cycle " + read.cycle());
                }
            }
        }
    }
}
