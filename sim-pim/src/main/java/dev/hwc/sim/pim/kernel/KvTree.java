package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.unit.Banks;
import dev.hwc.sim.pim.unit.CodeUnits;
import java.util.ArrayList;
import java.util.List;

/**
 * On units at the banks, which have one sum each. Keys: a bank has a token at a time, its scales and its codes side by
 * side, several tokens in a row. Values: a bank has an element at a time, a row as many blocks of it as the buffer holds;
 * scales of one are read once per kernel.
 */
public final class KvTree implements KvKernels {
    private static final int SCALES = KvDivision.SCALES;
    private static final int PARTS = 3;
    private static final int BLOCK = BlockProduct.BLOCK;

    private final PimSpec spec;
    private final KvShape shape;
    private final KvDivision division;
    private final int units;
    private final int columns;
    private final int registerMode;
    // keys
    private final int slotBursts;
    private final int slotsPerRow;
    // values
    private final int chunk;
    private final int chunks;
    // first rows
    private final int keyRows;
    private final int firstKey;
    private final int firstValue;
    private final int firstScale;

    KvTree(PimSpec spec, KvShape shape, int channels) {
        DramSpec dram = spec.dram();
        this.spec = spec;
        this.shape = shape;
        units = spec.units();
        division = KvDivision.of(spec, shape, channels, units);
        columns = dram.columns();
        registerMode = dram.get("registerModeFrom");
        slotBursts = 1 + shape.headBlocks();
        slotsPerRow = columns / slotBursts;
        chunk = Math.min(columns, dram.get("bufferBytes") / (BLOCK + 2)) / 2 * 2;
        chunks = Math.ceilDiv(division.valueBlocks(shape.tokens() / BLOCK), chunk);
        keyRows = Math.ceilDiv(Math.ceilDiv(shape.tokens(), units * division.sharing()), slotsPerRow);
        firstKey = 1;
        firstValue = firstKey + division.heads() * keyRows;
        firstScale = firstValue + division.heads() * division.passes() * chunks;
    }

    @Override
    public int usedRows() {
        return firstScale + division.heads() * division.scaleRows();
    }

    @Override
    public int activeChannels() {
        return division.active();
    }

    // ---- places ----------------------------------------------------------------------------------

    private int keyRow(int head, int slot) {
        return firstKey + head * keyRows + slot / slotsPerRow;
    }

    private int keyColumn(int slot) {
        return slot % slotsPerRow * slotBursts;
    }

    private int valueRow(int head, int pass, int ofChunk) {
        return firstValue + (head * division.passes() + pass) * chunks + ofChunk;
    }

    private boolean hasKeys(int channel, int token) {
        return token / units % division.sharing() == channel;
    }

    private int element(int channel, int pass, int unit) {
        return (channel % division.elementParts() * division.passes() + pass) * units + unit;
    }

    /** A unit's place in an order in which neighbours are in different groups of banks. */
    private int unit(int place) {
        int groups = spec.dram().get("bankGroups");
        return place % groups * spec.dram().get("banksPerGroup") + place / groups;
    }

    @Override
    public List<Burst> token(int token, int channel) {
        List<Burst> bursts = new ArrayList<>();
        int slot = token / (units * division.sharing());
        int block = token / BLOCK;
        int local = block / division.tokenParts();
        for (int head = 0; head < division.heads(); head++) {
            if (hasKeys(channel, token)) {
                for (int i = 0; i < slotBursts; i++) {
                    bursts.add(new Burst(token % units, keyRow(head, slot), keyColumn(slot) + i));
                }
            }
            if (division.hasValues(channel, block)) {
                for (int p = 0; p < division.passes(); p++) {
                    for (int u = 0; u < units; u++) {
                        if (element(channel, p, unit(u)) < shape.headSize()) {
                            bursts.add(new Burst(unit(u), valueRow(head, p, local / chunk), local % chunk));
                        }
                    }
                }
            }
            if (division.hasScale(channel, token)) {
                bursts.add(division.scale(firstScale, head, token));
            }
        }
        return bursts;
    }

    // ---- programs --------------------------------------------------------------------------------

    private void mode(PimProgram program, int mode) {
        if (registerMode > 0) {
            program.mode(mode);
        }
    }

    private void readLatches(PimProgram program, int datum) {
        mode(program, registerMode);
        for (int part = 0; part < PARTS; part++) {
            program.result(part, datum);
        }
    }

    private int slots(int blocks) {
        return Math.ceilDiv(blocks * BLOCK, units * division.sharing());
    }

    @Override
    public PimProgram scores(int fromRound, int toRound, int blocks) {
        PimProgram program = new PimProgram();
        mode(program, registerMode);
        int datum = 0;
        for (int round = fromRound; round < toRound; round++) {
            int head = round / shape.group();
            int operand = round - fromRound;
            program.load(BankSet.NONE, 0, 0, Action.CLEAR, 0, 0);
            program.load(BankSet.NONE, 0, 0, Action.LOAD_SCALARS, 0, operand);
            for (int b = 0; b < shape.headBlocks(); b++) {
                program.load(BankSet.NONE, 0, b, Action.LOAD, b, operand * shape.headBlocks() + b);
            }
            for (int slot = 0; slot < slots(blocks); slot++) {
                mode(program, 0);
                int row = keyRow(head, slot);
                program.read(BankSet.ALL, row, keyColumn(slot), Action.SCALES, 0, 0);
                for (int b = 0; b < shape.headBlocks(); b++) {
                    program.read(BankSet.ALL, row, keyColumn(slot) + 1 + b, Action.MAC_BLOCK, 0, b);
                }
                if (slot + 1 < slots(blocks) && keyRow(head, slot + 1) != row) {
                    program.open(BankSet.ALL, row + 1);
                }
                readLatches(program, datum++);
            }
        }
        mode(program, 0);
        division.readScales(program, firstScale, fromRound, toRound, blocks);
        return program;
    }

    @Override
    public PimProgram values(int fromRound, int toRound, int blocks) {
        PimProgram program = new PimProgram();
        program.read(BankSet.ALL, 0, 0, Action.SCALES, 0, 0);
        mode(program, registerMode);
        int used = Math.ceilDiv(division.valueBlocks(blocks), chunk);
        int datum = 0;
        for (int round = fromRound; round < toRound; round++) {
            int head = round / shape.group();
            program.load(BankSet.NONE, 0, 0, Action.CLEAR, 0, 0);
            for (int c = 0; c < used; c++) {
                int count = Math.min(chunk, division.valueBlocks(blocks) - c * chunk);
                int operand = (round - fromRound) * used + c;
                probabilities(program, operand, count);
                for (int pass = 0; pass < division.passes(); pass++) {
                    mode(program, 0);
                    for (int b = 0; b < count; b++) {
                        program.read(BankSet.ALL, valueRow(head, pass, c), b, Action.MAC_BLOCK, 0, b);
                    }
                    if (pass + 1 < division.passes()) {
                        program.open(BankSet.ALL, valueRow(head, pass + 1, c));
                    } else if (c + 1 < used) {
                        program.open(BankSet.ALL, valueRow(head, 0, c + 1));
                    }
                    readLatches(program, datum++);
                }
            }
        }
        mode(program, 0);
        return program;
    }

    private void probabilities(PimProgram program, int operand, int blocks) {
        int groups = Math.ceilDiv(chunk, SCALES);
        for (int i = 0; i < Math.ceilDiv(blocks, SCALES); i++) {
            program.load(BankSet.NONE, 0, i, Action.LOAD_SCALARS, i, operand * groups + i);
        }
        for (int b = 0; b < blocks; b++) {
            program.load(BankSet.NONE, 0, b, Action.LOAD, b, operand * chunk + b);
        }
    }

    // ---- data ------------------------------------------------------------------------------------

    private Banks banks() {
        DramSpec dram = spec.dram();
        return new Banks(units, 1, usedRows(), dram.get("rowBytes"), dram.burstBytes());
    }

    private static void put(Banks banks, int bank, int row, int column, int word, int value) {
        banks.ofBank(bank)[banks.at(bank, row, column) + word] |= (short) value;
    }

    @Override
    public float[][] scores(Operands data, int from, int to, int blocks, PimProgram program, int[] order) {
        KvInputs queries = KvInputs.queries(data, shape, from, to, SCALES);
        long[][] sums = new long[to - from][blocks * BLOCK];
        for (int channel = 0; channel < division.sharing(); channel++) {
            Banks banks = banks();
            for (int token = 0; token < blocks * BLOCK; token++) {
                if (hasKeys(channel, token)) {
                    placeKey(banks, data, token);
                }
            }
            long[][] read = run(banks, queries, SCALES, program, order, (to - from) * slots(blocks));
            for (int r = 0; r < to - from; r++) {
                for (int token = 0; token < blocks * BLOCK; token++) {
                    if (hasKeys(channel, token)) {
                        int slot = token / (units * division.sharing());
                        int at = r * slots(blocks) + slot;
                        long before = slot == 0 ? 0 : read[at - 1][token % units];
                        sums[r][token] = CodeUnits.difference(read[at][token % units], before);
                    }
                }
            }
        }
        return KvKernels.results(sums);
    }

    private void placeKey(Banks banks, Operands data, int token) {
        int slot = token / (units * division.sharing());
        for (int head = 0; head < division.heads(); head++) {
            for (int b = 0; b < shape.headBlocks(); b++) {
                int row = keyRow(head, slot);
                put(banks, token % units, row, keyColumn(slot), b, data.keyScale(head, token, b));
                for (int e = 0; e < BLOCK; e++) {
                    byte code = data.key(head, token, b * BLOCK + e);
                    put(banks, token % units, row, keyColumn(slot) + 1 + b, e / 2, KvKernels.shifted(code, e));
                }
            }
        }
    }

    /** The sums of all units, as they were read. */
    private long[][] run(Banks banks, KvInputs inputs, int padded, PimProgram program, int[] order, int readings) {
        short[] read = new short[readings * units * PARTS];
        new CodeUnits(units, PimFormat.I8, banks, 1, padded, inputs.codes(), inputs.scales(), SCALES, read)
                .run(program, order);
        long[][] sums = new long[readings][units];
        for (int i = 0; i < readings * units; i++) {
            sums[i / units][i % units] = CodeUnits.sum(read, PARTS * i);
        }
        return sums;
    }

    @Override
    public float[][] values(Operands data, int from, int to, int blocks, PimProgram program, int[] order) {
        int used = Math.ceilDiv(division.valueBlocks(blocks), chunk);
        int padded = Math.ceilDiv(chunk, SCALES) * SCALES;
        long[][] sums = new long[to - from][shape.headSize()];
        for (int channel = 0; channel < division.elementParts() * division.tokenParts(); channel++) {
            KvInputs probabilities =
                    KvInputs.probabilities(data, division, channel, from, to, blocks, used, chunk, padded);
            Banks banks = banks();
            placeValues(banks, data, channel, blocks * BLOCK);
            long[][] read = run(banks, probabilities, padded, program, order, (to - from) * used * division.passes());
            for (int i = 0; i < read.length; i++) {
                for (int unit = 0; unit < units; unit++) {
                    int element = element(channel, i % division.passes(), unit);
                    long before = i % (used * division.passes()) == 0 ? 0 : read[i - 1][unit];
                    if (element < shape.headSize()) {
                        sums[i / (used * division.passes())][element] += CodeUnits.difference(read[i][unit], before);
                    }
                }
            }
        }
        return KvKernels.results(sums);
    }

    private void placeValues(Banks banks, Operands data, int channel, int tokens) {
        for (int unit = 0; unit < units; unit++) {
            for (int i = 0; i < SCALES; i++) {
                put(banks, unit, 0, 0, i, BlockProduct.UNIT_SCALE);
            }
            for (int head = 0; head < division.heads(); head++) {
                for (int pass = 0; pass < division.passes(); pass++) {
                    int element = element(channel, pass, unit);
                    for (int token = 0; token < tokens && element < shape.headSize(); token++) {
                        int local = token / BLOCK / division.tokenParts();
                        if (division.hasValues(channel, token / BLOCK)) {
                            int row = valueRow(head, pass, local / chunk);
                            byte code = data.value(head, token, element);
                            put(banks, unit, row, local % chunk, token % BLOCK / 2, KvKernels.shifted(code, token));
                        }
                    }
                }
            }
        }
    }
}
