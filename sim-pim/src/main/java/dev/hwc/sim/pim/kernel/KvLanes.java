package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;
import dev.hwc.sim.pim.unit.Banks;
import dev.hwc.sim.pim.unit.CodeUnits;
import java.util.ArrayList;
import java.util.List;

/**
 * On units between two banks. Keys: a unit has eight tokens at a time; their scales, their codes and room for the sums
 * of every query of the head stand in one row where they fit. Values: a unit has eight elements at a time, a row 256
 * tokens of them; scales of one are read once per kernel. Rows of even and odd banks take turns.
 */
public final class KvLanes implements KvKernels {
    private static final int SUMS = 8;
    private static final int BLOCKS = 8;
    /** Bursts that the sums of a unit take. */
    private static final int RESULTS = Math.ceilDiv(SUMS, CodeUnits.SUMS_PER_BURST);

    private static final int SCALES = KvDivision.SCALES;
    private static final int WORDS = 16;
    private static final int TILE = SUMS * BLOCKS;
    private static final int BLOCK = BlockProduct.BLOCK;

    private final PimSpec spec;
    private final KvShape shape;
    private final KvDivision division;
    private final int columns;
    /** Elements of values that a channel has at a time. */
    private final int lanes;

    // keys
    private final int scaleBursts;
    private final int passBursts;
    private final int passTokens;
    // values
    private final int skew;
    // first rows
    private final int keyRows;
    private final int valueRows;
    private final int firstKey;
    private final int firstValue;
    private final int firstResult;
    private final int firstScale;

    KvLanes(PimSpec spec, KvShape shape, int channels) {
        DramSpec dram = spec.dram();
        this.spec = spec;
        this.shape = shape;
        columns = dram.columns();
        lanes = spec.units() * SUMS;
        division = KvDivision.of(spec, shape, channels, lanes);
        scaleBursts = Math.ceilDiv(SUMS * shape.headBlocks(), SCALES);
        passBursts = scaleBursts + SUMS * shape.headBlocks() + RESULTS * shape.group();
        passTokens = lanes * division.sharing();
        skew = dram.get("registersNeedRow") > 0 ? columns / 2 : 0;
        int lastPass = Math.ceilDiv(shape.tokens(), passTokens) - 1;
        keyRows = keySlot(lastPass, passBursts - 1) / 2 + 1;
        valueRows = valueSlot(division.valueBlocks(shape.tokens() / BLOCK) * SUMS - 1) / 2 + 1;
        firstKey = 1;
        firstValue = firstKey + division.heads() * keyRows;
        firstResult = firstValue + division.heads() * division.passes() * valueRows;
        int results = division.heads() * shape.group() * division.passes() * RESULTS;
        firstScale = firstResult + Math.ceilDiv(results, columns);
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

    private static BankSet set(int slot) {
        return slot % 2 == 0 ? BankSet.EVEN : BankSet.ODD;
    }

    private static BankSet other(BankSet set) {
        return set == BankSet.EVEN ? BankSet.ODD : BankSet.EVEN;
    }

    /** Which row, counted over even and odd banks in turn, has a burst of a pass over keys. */
    private int keySlot(int pass, int burst) {
        int perRow = columns / passBursts;
        return perRow > 0 ? pass / perRow : pass * Math.ceilDiv(passBursts, columns) + burst / columns;
    }

    private int keyColumn(int pass, int burst) {
        int perRow = columns / passBursts;
        return perRow > 0 ? pass % perRow * passBursts + burst : burst % columns;
    }

    private int keyRow(int head, int slot) {
        return firstKey + head * keyRows + slot / 2;
    }

    /** Bursts of values are counted by block of a channel, then sum. */
    private int valueSlot(int burst) {
        return (burst + skew) / columns;
    }

    private BankSet valueSet(int pass, int burst) {
        return set(valueSlot(burst) + pass);
    }

    private int valueRow(int head, int pass, int burst) {
        return firstValue + (head * division.passes() + pass) * valueRows + valueSlot(burst) / 2;
    }

    private int valueColumn(int burst) {
        return (burst + skew) % columns;
    }

    private int bank(int unit, BankSet set) {
        return 2 * unit + (set == BankSet.ODD ? 1 : 0);
    }

    /** A unit's place in an order in which neighbours are in different groups of banks. */
    private int unit(int place) {
        int groups = spec.dram().get("bankGroups");
        return place % groups * (spec.dram().get("banksPerGroup") / 2) + place / groups;
    }

    private Burst key(int head, int pass, int burst, int unit) {
        int slot = keySlot(pass, burst);
        return new Burst(bank(unit, set(slot)), keyRow(head, slot), keyColumn(pass, burst));
    }

    private Burst value(int head, int pass, int burst, int unit) {
        return new Burst(bank(unit, valueSet(pass, burst)), valueRow(head, pass, burst), valueColumn(burst));
    }

    private boolean hasKeys(int channel, int token) {
        return token / lanes % division.sharing() == channel;
    }

    @Override
    public List<Burst> token(int token, int channel) {
        List<Burst> bursts = new ArrayList<>();
        int pass = token / passTokens;
        int block = token / BLOCK;
        for (int head = 0; head < division.heads(); head++) {
            if (hasKeys(channel, token)) {
                int unit = token / SUMS % spec.units();
                for (int i = 0; i < scaleBursts; i++) {
                    bursts.add(key(head, pass, scaleBurst(i * SCALES), unit));
                }
                for (int b = 0; b < shape.headBlocks(); b++) {
                    bursts.add(key(head, pass, codeBurst(b * SUMS + token % SUMS), unit));
                }
            }
            if (division.hasValues(channel, block)) {
                for (int p = 0; p < division.passes(); p++) {
                    for (int sum = 0; sum < SUMS; sum++) {
                        for (int u = 0; u < spec.units(); u++) {
                            if (element(channel, p, unit(u), sum) < shape.headSize()) {
                                bursts.add(value(head, p, block / division.tokenParts() * SUMS + sum, unit(u)));
                            }
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

    private int element(int channel, int pass, int unit, int sum) {
        return ((channel % division.elementParts() * division.passes() + pass) * spec.units() + unit) * SUMS + sum;
    }

    // ---- programs --------------------------------------------------------------------------------

    private int keyPasses(int blocks) {
        return Math.ceilDiv(blocks * BLOCK, passTokens);
    }

    @Override
    public PimProgram scores(int fromRound, int toRound, int blocks) {
        PimProgram program = new PimProgram();
        Modes modes = new Modes(program, spec.dram());
        modes.enter();
        for (int round = fromRound; round < toRound; round++) {
            int head = round / shape.group();
            if (round > fromRound) {
                modes.clear();
            }
            query(modes, round - fromRound);
            for (int pass = 0; pass < keyPasses(blocks); pass++) {
                keys(program, head, pass);
                for (int i = 0; i < RESULTS; i++) {
                    int burst = resultBurst(round, i);
                    int slot = keySlot(pass, burst);
                    program.write(set(slot), keyRow(head, slot), keyColumn(pass, burst), i);
                }
            }
        }
        modes.leave();
        readScores(
                fromRound,
                toRound,
                blocks,
                (round, pass, unit, i, burst, datum) ->
                        program.host(Op.HOST_READ, burst.bank(), burst.row(), burst.column(), datum));
        division.readScales(program, firstScale, fromRound, toRound, blocks);
        return program;
    }

    private void query(Modes modes, int operand) {
        modes.register(BankSet.ODD, Action.LOAD_SCALARS, operand);
        for (int b = 0; b < shape.headBlocks(); b++) {
            modes.register(BankSet.ODD, Action.LOAD, b, operand * shape.headBlocks() + b);
        }
    }

    private void keys(PimProgram program, int head, int pass) {
        for (int code = 0; code < SUMS * shape.headBlocks(); code++) {
            if (code % SCALES == 0) {
                read(program, head, pass, scaleBurst(code), Action.SCALES, 0, 0);
            }
            read(program, head, pass, codeBurst(code), Action.MAC_BLOCK, code % SUMS, code / SUMS);
        }
    }

    private void read(PimProgram program, int head, int pass, int burst, Action action, int to, int from) {
        int slot = keySlot(pass, burst);
        program.read(set(slot), keyRow(head, slot), keyColumn(pass, burst), action, to, from);
    }

    /** Which burst of a pass has the scale of a block: in front of each sixteen blocks. */
    private static int scaleBurst(int code) {
        return code / SCALES * (1 + SCALES);
    }

    /** Which burst of a pass has a block's codes. */
    private static int codeBurst(int code) {
        return code + code / SCALES + 1;
    }

    /** Where the sums of a query's pass stand, behind the codes. */
    private int resultBurst(int round, int burst) {
        int query = round % shape.group();
        return scaleBursts + SUMS * shape.headBlocks() + RESULTS * query + burst;
    }

    private interface Reading {
        void read(int round, int pass, int unit, int i, Burst burst, int datum);
    }

    /** The sums that the host reads: row by row, of units that have tokens. */
    private void readScores(int fromRound, int toRound, int blocks, Reading reading) {
        int datum = 0;
        int round = fromRound;
        while (round < toRound) {
            int head = round / shape.group();
            int end = Math.min(toRound, (head + 1) * shape.group());
            for (int pass = 0; pass < keyPasses(blocks); pass++) {
                for (int r = round; r < end; r++) {
                    for (int i = 0; i < RESULTS; i++) {
                        for (int u = 0; u < spec.units(); u++) {
                            if (pass * passTokens + unit(u) * SUMS < blocks * BLOCK) {
                                reading.read(r, pass, unit(u), i, key(head, pass, resultBurst(r, i), unit(u)), datum++);
                            }
                        }
                    }
                }
            }
            round = end;
        }
    }

    /** A pass of a round over its tiles, and the banks that take the sums. */
    private record ValuePass(int round, int pass, boolean ascending, BankSet result) {}

    /** Passes begin in the banks that did not take the sums of the one before. */
    private List<ValuePass> valuePasses(int fromRound, int toRound, int blocks) {
        List<ValuePass> all = new ArrayList<>();
        int tiles = Math.ceilDiv(division.valueBlocks(blocks), BLOCKS);
        BankSet result = BankSet.ODD;
        for (int round = fromRound; round < toRound; round++) {
            for (int pass = 0; pass < division.passes(); pass++) {
                boolean ascending = valueSet(pass, 0) != result;
                int last = ascending ? tiles - 1 : 0;
                int count = Math.min(BLOCKS, division.valueBlocks(blocks) - last * BLOCKS);
                result = other(valueSet(pass, last * TILE + count * SUMS - 1));
                all.add(new ValuePass(round, pass, ascending, result));
            }
        }
        return all;
    }

    @Override
    public PimProgram values(int fromRound, int toRound, int blocks) {
        PimProgram program = new PimProgram();
        Modes modes = new Modes(program, spec.dram());
        modes.enter();
        program.read(BankSet.ODD, 0, 0, Action.SCALES, 0, 0);
        int tiles = Math.ceilDiv(division.valueBlocks(blocks), BLOCKS);
        int at = 0;
        for (ValuePass pass : valuePasses(fromRound, toRound, blocks)) {
            if (pass.pass == 0 && pass.round > fromRound) {
                modes.clear();
            }
            for (int i = 0; i < tiles; i++) {
                int tile = pass.ascending ? i : tiles - 1 - i;
                int operand = (pass.round - fromRound) * tiles + tile;
                tile(program, modes, pass, tile, operand, division.valueBlocks(blocks));
            }
            for (int i = 0; i < RESULTS; i++, at++) {
                program.write(pass.result, firstResult + at / columns, at % columns, i);
            }
        }
        modes.leave();
        readValues(
                fromRound,
                toRound,
                blocks,
                (round, pass, unit, i, burst, datum) ->
                        program.host(Op.HOST_READ, burst.bank(), burst.row(), burst.column(), datum));
        return program;
    }

    private void tile(PimProgram program, Modes modes, ValuePass pass, int tile, int operand, int blocks) {
        int head = pass.round / shape.group();
        BankSet rests = other(valueSet(pass.pass, tile * TILE));
        int count = Math.min(BLOCKS, blocks - tile * BLOCKS);
        modes.register(rests, Action.LOAD_SCALARS, operand);
        for (int b = 0; b < count; b++) {
            modes.register(rests, Action.LOAD, b, operand * BLOCKS + b);
        }
        for (int i = 0; i < count * SUMS; i++) {
            int burst = tile * TILE + i;
            program.read(
                    valueSet(pass.pass, burst),
                    valueRow(head, pass.pass, burst),
                    valueColumn(burst),
                    Action.MAC_BLOCK,
                    i % SUMS,
                    i / SUMS);
        }
    }

    private void readValues(int fromRound, int toRound, int blocks, Reading reading) {
        int datum = 0;
        int at = 0;
        for (ValuePass pass : valuePasses(fromRound, toRound, blocks)) {
            for (int i = 0; i < RESULTS; i++, at++) {
                for (int u = 0; u < spec.units(); u++) {
                    int unit = unit(u);
                    if (element(0, pass.pass, unit, 0) < shape.headSize()) {
                        Burst burst = new Burst(bank(unit, pass.result), firstResult + at / columns, at % columns);
                        reading.read(pass.round, pass.pass, unit, i, burst, datum++);
                    }
                }
            }
        }
    }

    // ---- data ------------------------------------------------------------------------------------

    private Banks banks() {
        DramSpec dram = spec.dram();
        return new Banks(spec.units(), 2, usedRows(), dram.get("rowBytes"), dram.burstBytes());
    }

    private static void put(Banks banks, Burst burst, int word, int value) {
        banks.ofBank(burst.bank())[banks.at(burst.bank(), burst.row(), burst.column()) + word] |= (short) value;
    }

    private void placeKeys(Banks banks, Operands data, int channel, int tokens) {
        for (int token = 0; token < tokens; token++) {
            if (!hasKeys(channel, token)) {
                continue;
            }
            int pass = token / passTokens;
            int unit = token / SUMS % spec.units();
            for (int head = 0; head < division.heads(); head++) {
                for (int b = 0; b < shape.headBlocks(); b++) {
                    int index = b * SUMS + token % SUMS;
                    put(banks, key(head, pass, scaleBurst(index), unit), index % SCALES, data.keyScale(head, token, b));
                    for (int e = 0; e < BLOCK; e++) {
                        byte code = data.key(head, token, b * BLOCK + e);
                        put(banks, key(head, pass, codeBurst(index), unit), e / 2, KvKernels.shifted(code, e));
                    }
                }
            }
        }
    }

    private void placeValues(Banks banks, Operands data, int channel, int tokens) {
        for (int unit = 0; unit < spec.units(); unit++) {
            for (int i = 0; i < SCALES; i++) {
                put(banks, new Burst(bank(unit, BankSet.ODD), 0, 0), i, BlockProduct.UNIT_SCALE);
            }
            for (int head = 0; head < division.heads(); head++) {
                for (int i = 0; i < division.passes() * SUMS; i++) {
                    int element = element(channel, i / SUMS, unit, i % SUMS);
                    for (int token = 0; token < tokens && element < shape.headSize(); token++) {
                        int block = token / BLOCK;
                        if (division.hasValues(channel, block)) {
                            Burst burst = value(head, i / SUMS, block / division.tokenParts() * SUMS + i % SUMS, unit);
                            put(
                                    banks,
                                    burst,
                                    token % BLOCK / 2,
                                    KvKernels.shifted(data.value(head, token, element), token));
                        }
                    }
                }
            }
        }
    }

    @Override
    public float[][] scores(Operands data, int from, int to, int blocks, PimProgram program, int[] order) {
        KvInputs queries = KvInputs.queries(data, shape, from, to, BLOCKS);
        long[][] sums = new long[to - from][blocks * BLOCK];
        for (int channel = 0; channel < division.sharing(); channel++) {
            Banks banks = banks();
            placeKeys(banks, data, channel, blocks * BLOCK);
            short[] read = new short[(to - from) * keyPasses(blocks) * 2 * spec.units() * WORDS];
            units(banks, queries, read).run(program, order);
            long[][][][] stored = new long[to - from][keyPasses(blocks)][spec.units()][SUMS];
            readScores(
                    from,
                    to,
                    blocks,
                    (round, pass, unit, i, burst, datum) -> sums(read, datum, stored[round - from][pass][unit], i));
            for (int r = 0; r < to - from; r++) {
                for (int token = 0; token < blocks * BLOCK; token++) {
                    if (hasKeys(channel, token)) {
                        int pass = token / passTokens;
                        int unit = token / SUMS % spec.units();
                        long before = pass == 0 ? 0 : stored[r][pass - 1][unit][token % SUMS];
                        sums[r][token] = CodeUnits.difference(stored[r][pass][unit][token % SUMS], before);
                    }
                }
            }
        }
        return KvKernels.results(sums);
    }

    /** The sums of a burst. */
    private static void sums(short[] read, int datum, long[] sums, int burst) {
        int first = burst * CodeUnits.SUMS_PER_BURST;
        for (int n = first; n < Math.min(SUMS, first + CodeUnits.SUMS_PER_BURST); n++) {
            sums[n] = CodeUnits.sum(read, datum * WORDS + 3 * (n - first));
        }
    }

    private CodeUnits units(Banks banks, KvInputs inputs, short[] results) {
        return new CodeUnits(
                spec.units(), PimFormat.I8, banks, SUMS, BLOCKS, inputs.codes(), inputs.scales(), BLOCKS, results);
    }

    @Override
    public float[][] values(Operands data, int from, int to, int blocks, PimProgram program, int[] order) {
        int tiles = Math.ceilDiv(division.valueBlocks(blocks), BLOCKS);
        long[][] sums = new long[to - from][shape.headSize()];
        for (int channel = 0; channel < division.elementParts() * division.tokenParts(); channel++) {
            KvInputs probabilities =
                    KvInputs.probabilities(data, division, channel, from, to, blocks, tiles, BLOCKS, BLOCKS);
            Banks banks = banks();
            placeValues(banks, data, channel, blocks * BLOCK);
            short[] read = new short[(to - from) * division.passes() * 2 * spec.units() * WORDS];
            units(banks, probabilities, read).run(program, order);
            long[][][] stored = new long[(to - from) * division.passes()][spec.units()][SUMS];
            readValues(
                    from,
                    to,
                    blocks,
                    (round, pass, unit, i, burst, datum) ->
                            sums(read, datum, stored[(round - from) * division.passes() + pass][unit], i));
            for (int i = 0; i < stored.length; i++) {
                for (int unit = 0; unit < spec.units(); unit++) {
                    for (int s = 0; s < SUMS; s++) {
                        int element = element(channel, i % division.passes(), unit, s);
                        long before = i % division.passes() == 0 ? 0 : stored[i - 1][unit][s];
                        if (element < shape.headSize()) {
                            sums[i / division.passes()][element] += CodeUnits.difference(stored[i][unit][s], before);
                        }
                    }
                }
            }
        }
        return KvKernels.results(sums);
    }
}
