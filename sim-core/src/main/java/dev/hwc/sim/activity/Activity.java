package dev.hwc.sim.activity;

import dev.hwc.ir.device.Stall;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Counters of one run (timing.md §9). A simulator adds to {@link #slots} and {@link #operatorSlots}
 * directly; everyone else reads by name.
 */
public final class Activity {
    private static final int QUEUES = Queue.values().length;
    private static final int STALLS = Stall.values().length;
    private static final int PADS = Scratchpad.values().length;

    /** First slot of the busy cycles, one slot per queue. */
    public static final int BUSY = 0;

    private static final int STALL = BUSY + QUEUES;
    /** Bytes of read bursts. */
    public static final int BYTES_READ = STALL + QUEUES * STALLS;

    public static final int BURSTS_READ = BYTES_READ + 1;
    /** Bytes of write bursts, whole beats. */
    public static final int BYTES_WRITTEN = BURSTS_READ + 1;

    public static final int BURSTS_WRITTEN = BYTES_WRITTEN + 1;
    /** Of the bytes read, the codes that load.weights brings. */
    public static final int WEIGHT_CODE_BYTES = BURSTS_WRITTEN + 1;
    /** Of the bytes read, the scales and offsets that load.weights brings. */
    public static final int WEIGHT_SCALE_BYTES = WEIGHT_CODE_BYTES + 1;
    /** Of the bytes read, what load.rows, load.transposed and load.scales bring: keys and values. */
    public static final int KV_BYTES = WEIGHT_SCALE_BYTES + 1;
    /** Multiply-accumulates of matmuls, without unused rows and columns. */
    public static final int MACS = KV_BYTES + 1;

    private static final int PAD_READ = MACS + 1;
    private static final int PAD_WRITTEN = PAD_READ + PADS;
    /** First slot of the executed instructions, one slot per opcode in order of {@link Opcode}. */
    public static final int RETIRED = PAD_WRITTEN + PADS;

    public static final int SATURATED_TERMS = RETIRED + Opcode.values().length;
    public static final int NUMERIC_EXCEPTIONS = SATURATED_TERMS + 1;
    /** Multiply-accumulates whose weight is 0; gated elements count them where there are data. */
    public static final int ZERO_MACS = NUMERIC_EXCEPTIONS + 1;
    /** Those whose weight is 1 or −1. */
    public static final int UNIT_MACS = ZERO_MACS + 1;

    private static final int SLOTS = UNIT_MACS + 1;
    private static final List<String> NAMES = Collections.unmodifiableList(names(new ArrayList<>()));

    /** Slots of an operator: first start, latest completion, then these. */
    public static final int OPERATOR_START = 0;

    public static final int OPERATOR_END = 1;
    /** One slot per queue. */
    public static final int OPERATOR_BUSY = 2;
    /** One slot per queue: stalled cycles of any cause before and in this operator's commands. */
    public static final int OPERATOR_STALLED = OPERATOR_BUSY + QUEUES;

    public static final int OPERATOR_MACS = OPERATOR_STALLED + QUEUES;
    public static final int OPERATOR_READ = OPERATOR_MACS + 1;
    public static final int OPERATOR_WRITTEN = OPERATOR_READ + 1;
    /** Cycles in which a command of the operator is in progress, from its start to before its completion. */
    public static final int OPERATOR_ACTIVE = OPERATOR_WRITTEN + 1;
    /** Slots per operator. */
    public static final int OPERATOR_SLOTS = OPERATOR_ACTIVE + 1;

    private final long[] slots = new long[SLOTS];
    private final List<String> labels;
    private final long[] operatorSlots;

    /**
     * All zero.
     *
     * @param labels names of the operators; the index is the operator's number
     */
    public Activity(List<String> labels) {
        this.labels = List.copyOf(labels);
        operatorSlots = new long[labels.size() * OPERATOR_SLOTS];
        for (int i = 0; i < operatorSlots.length; i += OPERATOR_SLOTS) {
            operatorSlots[i + OPERATOR_START] = Long.MAX_VALUE;
        }
    }

    /** Slot of the cycles that an engine lost by a cause. */
    public static int stallSlot(int queue, Stall cause) {
        return STALL + queue * STALLS + cause.ordinal();
    }

    /** Slot of the bytes the engines read from a scratchpad. */
    public static int readSlot(Scratchpad pad) {
        return PAD_READ + pad.ordinal();
    }

    /** Slot of the bytes the engines wrote to a scratchpad. */
    public static int writtenSlot(Scratchpad pad) {
        return PAD_WRITTEN + pad.ordinal();
    }

    /** The counters, for simulators to add to. */
    public long[] slots() {
        return slots;
    }

    /** The counters of operator i from {@code i·OPERATOR_SLOTS} on, for simulators to add to. */
    public long[] operatorSlots() {
        return operatorSlots;
    }

    /** Names of all slots, e.g. {@code busy.load}, {@code stall.matrix.waitLoad}, {@code bytesRead}. */
    public static List<String> names() {
        return NAMES;
    }

    private static List<String> names(List<String> names) {
        for (Queue queue : Queue.values()) {
            names.add("busy." + queue.text());
        }
        for (Queue queue : Queue.values()) {
            for (Stall stall : Stall.values()) {
                names.add("stall." + queue.text() + "." + stall.text());
            }
        }
        names.addAll(List.of("bytesRead", "burstsRead", "bytesWritten", "burstsWritten"));
        names.addAll(List.of("weightCodeBytes", "weightScaleBytes", "kvBytes", "macs"));
        for (Scratchpad pad : Scratchpad.values()) {
            names.add("scratchpadRead." + pad.text());
        }
        for (Scratchpad pad : Scratchpad.values()) {
            names.add("scratchpadWritten." + pad.text());
        }
        for (Opcode opcode : Opcode.values()) {
            names.add("retired." + opcode.text());
        }
        names.addAll(List.of("saturatedTerms", "numericExceptions", "zeroMacs", "unitMacs"));
        return names;
    }

    /** Cycles in which an engine worked. */
    public long busy(Queue queue) {
        return slots[BUSY + queue.ordinal()];
    }

    /** Cycles an engine lost by a cause. */
    public long stalled(Queue queue, Stall cause) {
        return slots[stallSlot(queue.ordinal(), cause)];
    }

    public long bytesRead() {
        return slots[BYTES_READ];
    }

    public long burstsRead() {
        return slots[BURSTS_READ];
    }

    public long bytesWritten() {
        return slots[BYTES_WRITTEN];
    }

    public long burstsWritten() {
        return slots[BURSTS_WRITTEN];
    }

    /** Bytes of weight codes that were read. */
    public long weightCodeBytes() {
        return slots[WEIGHT_CODE_BYTES];
    }

    /** Bytes of weight scales and offsets that were read. */
    public long weightScaleBytes() {
        return slots[WEIGHT_SCALE_BYTES];
    }

    /** Bytes of keys and values that were read. */
    public long kvBytes() {
        return slots[KV_BYTES];
    }

    public long macs() {
        return slots[MACS];
    }

    /** Bytes the engines read from a scratchpad. */
    public long read(Scratchpad pad) {
        return slots[readSlot(pad)];
    }

    /** Bytes the engines wrote to a scratchpad. */
    public long written(Scratchpad pad) {
        return slots[writtenSlot(pad)];
    }

    /** Executed instructions of an opcode, in all queues. */
    public long retired(Opcode opcode) {
        return slots[RETIRED + opcode.ordinal()];
    }

    public long saturatedTerms() {
        return slots[SATURATED_TERMS];
    }

    public long numericExceptions() {
        return slots[NUMERIC_EXCEPTIONS];
    }

    /** Multiply-accumulates whose weight is 0, on gated elements and with data; 0 elsewhere. */
    public long zeroMacs() {
        return slots[ZERO_MACS];
    }

    /** Multiply-accumulates whose weight is 1 or −1, on gated elements and with data; 0 elsewhere. */
    public long unitMacs() {
        return slots[UNIT_MACS];
    }

    /** What each operator did; operators without a command are left out. */
    public List<OperatorActivity> operators() {
        List<OperatorActivity> operators = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            long[] s = Arrays.copyOfRange(operatorSlots, i * OPERATOR_SLOTS, (i + 1) * OPERATOR_SLOTS);
            if (s[OPERATOR_START] == Long.MAX_VALUE) {
                continue;
            }
            List<Long> busy = new ArrayList<>();
            List<Long> stalled = new ArrayList<>();
            for (int q = 0; q < QUEUES; q++) {
                busy.add(s[OPERATOR_BUSY + q]);
                stalled.add(s[OPERATOR_STALLED + q]);
            }
            operators.add(new OperatorActivity(
                    labels.get(i),
                    s[OPERATOR_START],
                    s[OPERATOR_END],
                    s[OPERATOR_ACTIVE],
                    busy,
                    stalled,
                    s[OPERATOR_MACS],
                    s[OPERATOR_READ],
                    s[OPERATOR_WRITTEN]));
        }
        return operators;
    }

    /** Lines {@code name value} of all counters that are not zero, then the operators. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < SLOTS; i++) {
            if (slots[i] != 0) {
                text.append(NAMES.get(i)).append(' ').append(slots[i]).append('\n');
            }
        }
        operators().forEach(o -> text.append(o).append('\n'));
        return text.toString();
    }

    /** Whether all counters and operators are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Activity that
                && Arrays.equals(slots, that.slots)
                && labels.equals(that.labels)
                && Arrays.equals(operatorSlots, that.operatorSlots);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(slots);
    }
}
