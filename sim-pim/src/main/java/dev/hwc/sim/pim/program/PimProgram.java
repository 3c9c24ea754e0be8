package dev.hwc.sim.pim.program;

import dev.hwc.sim.dram.device.BankSet;
import java.util.Arrays;

/**
 * What one channel is asked for, in order. Items are kept in arrays; an item's place is a {@link BankSet}, or for items
 * of the host a bank.
 */
public final class PimProgram {
    private static final int START = 1024;
    private static final Op[] OPS = Op.values();
    private static final Action[] ACTIONS = Action.values();
    private static final BankSet[] SETS = BankSet.values();

    private byte[] ops = new byte[START];
    private byte[] places = new byte[START];
    private int[] rows = new int[START];
    private int[] columns = new int[START];
    private byte[] actions = new byte[START];
    private short[] to = new short[START];
    private short[] from = new short[START];
    private int[] data = new int[START];
    private boolean[] barriers = new boolean[START];
    private int size;

    private int add(Op op, int place, int row, int column, Action action, int target, int source, int datum) {
        if (size == ops.length) {
            grow();
        }
        ops[size] = (byte) op.ordinal();
        places[size] = (byte) place;
        rows[size] = row;
        columns[size] = column;
        actions[size] = (byte) action.ordinal();
        to[size] = (short) target;
        from[size] = (short) source;
        data[size] = datum;
        return size++;
    }

    private void grow() {
        int length = 2 * size;
        ops = Arrays.copyOf(ops, length);
        places = Arrays.copyOf(places, length);
        rows = Arrays.copyOf(rows, length);
        columns = Arrays.copyOf(columns, length);
        actions = Arrays.copyOf(actions, length);
        to = Arrays.copyOf(to, length);
        from = Arrays.copyOf(from, length);
        data = Arrays.copyOf(data, length);
        barriers = Arrays.copyOf(barriers, length);
    }

    /** A burst of the host. */
    public void host(Op op, int bank, int row, int column, int datum) {
        add(op, bank, row, column, op == Op.HOST_READ ? Action.RESULT : Action.NONE, 0, 0, datum);
    }

    /** A column that the units read. */
    public void read(BankSet set, int row, int column, Action action, int target, int source) {
        add(Op.UNIT_READ, set.ordinal(), row, column, action, target, source, 0);
    }

    /** A column that the units write from registers. */
    public void write(BankSet set, int row, int column, int source) {
        add(Op.UNIT_WRITE, set.ordinal(), row, column, Action.NONE, 0, source, 0);
    }

    /**
     * Registers that the host writes.
     *
     * @param datum which data; the kernel knows them
     */
    public void load(BankSet set, int row, int column, Action action, int target, int datum) {
        add(Op.REGISTER_WRITE, set.ordinal(), row, column, action, target, 0, datum);
    }

    /** A register of one unit that the host reads; its address counts registers, then units. */
    public void register(int unit, int register, int datum) {
        int column = unit * 16 + register;
        add(Op.REGISTER_READ, BankSet.NONE.ordinal(), 0, column, Action.REGISTER, unit, register, datum);
    }

    /** Latches of all units that the host reads, 16 bits of each. */
    public void result(int source, int datum) {
        add(Op.REGISTER_READ, BankSet.NONE.ordinal(), 0, 0, Action.RESULT, 0, source, datum);
    }

    /** Another mode. */
    public void mode(int mode) {
        add(Op.MODE, BankSet.NONE.ordinal(), mode, 0, Action.NONE, 0, 0, 0);
    }

    /** The row is open before what follows. */
    public void open(BankSet set, int row) {
        add(Op.OPEN, set.ordinal(), row, 0, Action.NONE, 0, 0, 0);
    }

    /** All rows are closed before what follows; the next stretch's row is another one. */
    public void close() {
        add(Op.CLOSE, BankSet.NONE.ordinal(), 0, 0, Action.NONE, 0, 0, 0);
    }

    /** The last item must be done before the next begins. */
    public void barrier() {
        if (size > 0) {
            barriers[size - 1] = true;
        }
    }

    /** Everything of another program after what is here. */
    public void append(PimProgram other) {
        for (int i = 0; i < other.size; i++) {
            add(
                    OPS[other.ops[i]],
                    other.places[i],
                    other.rows[i],
                    other.columns[i],
                    ACTIONS[other.actions[i]],
                    other.to[i],
                    other.from[i],
                    other.data[i]);
            barriers[size - 1] = other.barriers[i];
        }
    }

    public int size() {
        return size;
    }

    public Op op(int item) {
        return OPS[ops[item]];
    }

    /** Bank of a host's item. */
    public int bank(int item) {
        return places[item];
    }

    /** Set of another item. */
    public BankSet set(int item) {
        return SETS[places[item]];
    }

    public int row(int item) {
        return rows[item];
    }

    public int column(int item) {
        return columns[item];
    }

    public Action action(int item) {
        return ACTIONS[actions[item]];
    }

    public int to(int item) {
        return to[item];
    }

    public int from(int item) {
        return from[item];
    }

    public int data(int item) {
        return data[item];
    }

    public boolean barrier(int item) {
        return barriers[item];
    }

    /** Items of a kind. */
    public long count(Op op) {
        long count = 0;
        for (int i = 0; i < size; i++) {
            count += ops[i] == op.ordinal() ? 1 : 0;
        }
        return count;
    }
}
