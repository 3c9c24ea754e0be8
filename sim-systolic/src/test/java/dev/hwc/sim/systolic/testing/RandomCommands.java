package dev.hwc.sim.systolic.testing;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.BufferAddress;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.MemoryAddress;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random commands with legal addresses. Register roles, in every queue: r1, r2 scratchpad offsets
 * 0..3, r3 to r5 strides, r6 a memory offset below 4096 and a multiple of 64, r7 length, r8 and r9
 * constants, r10 a loaded word 0..3, r11 blocks, r12 loop count.
 */
final class RandomCommands {
    static final int LOADED = 10;
    static final int COUNT = 12;
    private static final long MASK = (1L << 40) - 1;
    private static final int SLACK = 4;
    private static final int MEMORY_SLACK = 4096;

    /** A command without tokens, the control instructions before it, and what it touches. */
    record Proposal(List<Instruction> before, Instruction command, List<Access> accesses) {}

    private final HardwareSpec spec;
    private final Random random;
    private final long[] arguments;
    private final int lanes;
    private final int columns;
    private final int beat;

    private List<Instruction> before = new ArrayList<>();
    private List<Access> accesses = new ArrayList<>();

    RandomCommands(HardwareSpec spec, Random random, long[] arguments) {
        this.spec = spec;
        this.random = random;
        this.arguments = arguments;
        lanes = spec.vectorLanes();
        columns = spec.array().columns();
        beat = spec.port().beatBytes();
    }

    /** A command of a queue. */
    Proposal propose(Queue queue) {
        begin();
        move(queue);
        Instruction command = switch (queue) {
            case LOAD -> load();
            case MATRIX -> random.nextInt(3) == 0 ? emit() : matmul();
            case VECTOR -> vector();
            case STORE -> store();
        };
        return proposal(command);
    }

    /** Commands that fill the beginning of a region of every buffer, in order. */
    List<Proposal> fill(int region) {
        int bytes = Math.min(room(spec.loadWords()) * spec.wordBytes(), 1024);
        int elements = Math.min(bytes / 4, Math.min(room(spec.vectorWords()), room(spec.storeWords())) * lanes);
        int blocks = Math.min(elements / 32, room(spec.activationBlocks())) / (spec.activationFill() / 32);
        blocks = Math.max(1, blocks) * (spec.activationFill() / 32);
        Format format = format();
        int recordBytes = columns * format.blockBytes();
        int weightBlocks = Math.min(blocks, format.blocksIn(room(spec.weightUnits())));
        weightBlocks = Math.min(weightBlocks, 11_000 / recordBytes);
        int group = spec.weightGroup(format) / 32;
        weightBlocks = Math.max(1, weightBlocks / group) * group;
        int words = columns / lanes;
        int m = Math.min(spec.array().rows(), room(spec.outputWords()) / words);
        List<Proposal> list = new ArrayList<>();
        begin();
        MemoryAddress source = rows(Queue.LOAD, false, 1, bytes, beat, 0);
        accesses.add(new Access(Access.LOAD, region, true));
        list.add(proposal(
                new Instruction.LoadLinear(Tokens.NONE, source, start(region, spec.loadWords()), 1, bytes, 0)));
        begin();
        source = rows(Queue.LOAD, false, 1, weightBlocks * recordBytes, beat, 0);
        accesses.add(new Access(Access.WEIGHT, region, true));
        list.add(proposal(new Instruction.LoadWeights(
                Tokens.NONE, source, start(region, spec.weightUnits()), weightBlocks, format)));
        list.add(copy(region, VectorTarget.VECTOR_FP32, Access.VECTOR, spec.vectorWords(), 1, elements));
        list.add(copy(region, VectorTarget.STORE_FP32, Access.STORE, spec.storeWords(), 1, elements));
        list.add(copy(
                region,
                VectorTarget.ACTIVATION_A8,
                Access.ACTIVATION,
                spec.activationBlocks(),
                spec.array().rows(),
                Math.min(blocks * 32, elements)));
        begin();
        accesses.add(new Access(Access.ACTIVATION, region, false));
        accesses.add(new Access(Access.WEIGHT, region, false));
        list.add(proposal(new Instruction.MatMul(
                Tokens.NONE,
                start(region, spec.activationBlocks()),
                start(region, spec.weightUnits()),
                Math.min(blocks, weightBlocks),
                0,
                m,
                columns,
                0,
                format,
                false)));
        begin();
        accesses.add(new Access(Access.OUTPUT, region, true));
        list.add(proposal(new Instruction.Emit(Tokens.NONE, start(region, spec.outputWords()), words, m, columns, 0)));
        return list;
    }

    private Proposal copy(int region, VectorTarget target, int buffer, int size, int rows, int n) {
        begin();
        set(Queue.VECTOR, 7, n);
        accesses.add(new Access(Access.LOAD, region, false));
        accesses.add(new Access(buffer, region, true));
        return proposal(new Instruction.Vector(
                Tokens.NONE,
                VectorFunction.COPY,
                VectorMemory.LOAD,
                start(region, spec.loadWords()),
                VectorMemory.OUTPUT,
                BufferAddress.at(0),
                target,
                start(region, size),
                rows,
                7,
                0,
                0,
                0,
                0,
                Format.I8,
                false,
                false));
    }

    private static BufferAddress start(int region, int size) {
        return BufferAddress.at(region * (size / Access.REGIONS));
    }

    private void begin() {
        before = new ArrayList<>();
        accesses = new ArrayList<>();
    }

    private Proposal proposal(Instruction command) {
        return new Proposal(before, command, accesses);
    }

    /** Control instructions that change the moving registers of a queue. */
    private void move(Queue queue) {
        if (random.nextInt(3) == 0) {
            before.add(new Instruction.Wrap(queue, 1 + random.nextInt(2), random.nextInt(4), 4, random.nextInt(4)));
        }
        if (random.nextInt(3) == 0) {
            before.add(new Instruction.Wrap(queue, 6, 64 * random.nextInt(64), MEMORY_SLACK, 64 * random.nextInt(64)));
        }
    }

    /** Gives a register a value in one of several ways. */
    void set(List<Instruction> to, Queue queue, int register, long value) {
        long v = value & MASK;
        switch (random.nextInt(3)) {
            case 0 -> to.add(new Instruction.Set(queue, register, v));
            case 1 -> to.add(new Instruction.Add(queue, register, 0, 0, v));
            default -> {
                int index = random.nextInt(arguments.length);
                to.add(new Instruction.Arg(queue, register, index, (v - arguments[index]) & MASK));
            }
        }
    }

    private int set(Queue queue, int register, long value) {
        set(before, queue, register, value);
        return register;
    }

    /** A place in a region with room for some units, by immediate and perhaps a moving register. */
    private BufferAddress place(int region, int size, long used) {
        int room = size / Access.REGIONS - SLACK;
        // Often the region's start, so that commands meet data of others.
        int within = random.nextBoolean() ? 0 : (int) random.nextLong(room - used + 1);
        int offset = region * (size / Access.REGIONS) + within;
        return new BufferAddress(random.nextInt(3), offset);
    }

    private int touch(int buffer, boolean write) {
        int region = random.nextInt(Access.REGIONS);
        accesses.add(new Access(buffer, region, write));
        return region;
    }

    /** Units a command can use in a region. */
    private static int room(int size) {
        return size / Access.REGIONS - SLACK;
    }

    private int upTo(long most) {
        long limit = Math.max(1, most);
        return 1 + (int) (random.nextInt(4) == 0 ? random.nextLong(limit) : random.nextLong(Math.min(limit, 6)));
    }

    private Format format() {
        return Format.values()[random.nextInt(Format.values().length)];
    }

    // ---- load and store

    /** Memory rows: address and stride register such that all rows lie inside one area. */
    private MemoryAddress rows(Queue queue, boolean write, int rows, int rowBytes, int alignment, int strideRegister) {
        int window = write || random.nextInt(3) == 0 ? 2 : 1;
        int from = RandomCase.TABLE_BYTES;
        int size = RandomCase.WINDOW_BYTES - from;
        if (window == 2) {
            size = RandomCase.WINDOW_BYTES / Access.REGIONS;
            from = touch(Access.MEMORY, write) * size;
        }
        int room = size - MEMORY_SLACK - rowBytes;
        int most = rows > 1 ? room / (rows - 1) : room;
        int stride = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> Math.min(rowBytes, most);
            default -> random.nextInt(Math.min(most, 2 * rowBytes + 64) + 1);
        };
        stride -= stride % alignment;
        int first = from + random.nextInt(room - stride * (rows - 1) + 1);
        boolean backwards = random.nextInt(5) == 0;
        if (strideRegister != 0) {
            set(queue, strideRegister, backwards ? -stride : stride);
        }
        int start = first + (backwards ? stride * (rows - 1) : 0);
        return new MemoryAddress(window, random.nextInt(2) * 6, start - start % alignment);
    }

    private Instruction load() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> loadWeights();
            case 2 -> loadRows();
            case 3 -> loadTransposed();
            case 4 -> loadScales();
            case 5 -> loadLinear();
            case 6 -> loadHalves();
            default -> loadRegister();
        };
    }

    private Instruction loadWeights() {
        Format format = format();
        int groupBlocks = spec.weightGroup(format) / 32;
        int narrow = narrow();
        int recordBytes = (narrow == 0 ? columns : narrow) * format.blockBytes();
        int most = Math.min(format.blocksIn(room(spec.weightUnits())), 11_000 / recordBytes) / groupBlocks;
        int blocks = groupBlocks * upTo(most);
        MemoryAddress source = rows(Queue.LOAD, false, 1, blocks * recordBytes, beat, 0);
        int region = touch(Access.WEIGHT, true);
        return new Instruction.LoadWeights(
                Tokens.NONE,
                source,
                place(region, spec.weightUnits(), format.units((long) blocks)),
                blocks,
                format,
                narrow);
    }

    private Instruction loadRows() {
        int unit = Math.max(32, beat);
        int rowBytes = unit * (1 + random.nextInt(2));
        int most = room(spec.weightUnits()) * 16 / rowBytes * columns;
        int rows = Math.min(upTo(Math.min(most, 2 * columns)), 4000 / rowBytes);
        long used = ((rows - 1) / columns + 1) * (rowBytes / 16L);
        MemoryAddress source = rows(Queue.LOAD, false, rows, rowBytes, beat, 5);
        int region = touch(Access.WEIGHT, true);
        return new Instruction.LoadRows(
                Tokens.NONE, source, place(region, spec.weightUnits(), used), rows, rowBytes, 5);
    }

    private Instruction loadTransposed() {
        int rows = upTo(40);
        int tall = 2 * ((rows + 31) / 32);
        int groups = Math.min(room(spec.weightUnits()) / tall, 2);
        int rowBytes = beat * (1 + random.nextInt(Math.min(groups * columns, 256) / beat));
        long used = (rowBytes + columns - 1L) / columns * tall;
        MemoryAddress source = rows(Queue.LOAD, false, rows, rowBytes, beat, 5);
        int region = touch(Access.WEIGHT, true);
        return new Instruction.LoadTransposed(
                Tokens.NONE, source, place(region, spec.weightUnits(), used), rows, rowBytes, 5);
    }

    private Instruction loadScales() {
        int blocks = upTo(Math.min(room(spec.weightUnits()) / 2, 16));
        int narrow = narrow();
        MemoryAddress source = rows(Queue.LOAD, false, blocks, 2 * (narrow == 0 ? columns : narrow), beat, 5);
        int region = touch(Access.WEIGHT, true);
        return new Instruction.LoadScales(
                Tokens.NONE, source, place(region, spec.weightUnits(), 2L * blocks), blocks, 5, narrow);
    }

    /** Columns of a record: all (as 0 or by number), or some. */
    private int narrow() {
        int unit = beat / 2;
        return random.nextBoolean() ? 0 : unit * (1 + random.nextInt(columns / unit));
    }

    private Instruction loadLinear() {
        int rows = upTo(8);
        int roomBytes = room(spec.loadWords()) * spec.wordBytes();
        int rowBytes = beat * upTo(Math.min(roomBytes / rows, 2000) / beat);
        long used = ((long) rows * rowBytes + spec.wordBytes() - 1) / spec.wordBytes();
        MemoryAddress source = rows(Queue.LOAD, false, rows, rowBytes, beat, 5);
        int region = touch(Access.LOAD, true);
        return new Instruction.LoadLinear(
                Tokens.NONE, source, place(region, spec.loadWords(), used), rows, rowBytes, 5);
    }

    private Instruction loadHalves() {
        int rows = upTo(Math.min(room(spec.loadWords()) * spec.wordBytes() / 2, 60));
        long used = (2L * rows + spec.wordBytes() - 1) / spec.wordBytes();
        MemoryAddress source = rows(Queue.LOAD, false, rows, 2, 2, 5);
        int region = touch(Access.LOAD, true);
        return new Instruction.LoadHalves(Tokens.NONE, source, place(region, spec.loadWords(), used), rows, 5);
    }

    private Instruction loadRegister() {
        return new Instruction.LoadRegister(
                Tokens.NONE, new MemoryAddress(1, 0, 4L * random.nextInt(RandomCase.TABLE_BYTES / 4)), LOADED);
    }

    private Instruction store() {
        int rows = upTo(8);
        int halves = spec.storeWords() * 2 * lanes;
        int rowBytes = 2 * upTo(Math.min(room(halves) / rows, 800));
        int stride = random.nextBoolean() ? rowBytes / 2 : random.nextInt(room(halves) / rows + 1);
        long used = (long) stride * (rows - 1) + rowBytes / 2;
        if (used > room(halves)) {
            stride = 0;
            used = rowBytes / 2;
        }
        set(Queue.STORE, 3, stride);
        MemoryAddress target = rows(Queue.STORE, true, rows, rowBytes, 2, 5);
        int region = touch(Access.STORE, false);
        return new Instruction.Store(Tokens.NONE, target, place(region, halves, used), rows, rowBytes, 3, 5);
    }

    // ---- matrix

    private Instruction matmul() {
        Format format = format();
        int most = Math.min(format.blocksIn(room(spec.weightUnits())), room(spec.activationBlocks()));
        int blocks = Math.min(upTo(most), 12);
        int dynamic = random.nextInt(3) == 0 ? random.nextInt(blocks + 1) : -1;
        int register = 0;
        int immediate = blocks;
        if (dynamic >= 0) {
            register = set(Queue.MATRIX, 11, random.nextInt(6) == 0 ? 0 : dynamic);
            immediate = random.nextInt(4) == 0 ? 0 : blocks - dynamic;
        }
        int activation = touch(Access.ACTIVATION, false);
        int weight = touch(Access.WEIGHT, false);
        int m = 1 + random.nextInt(spec.array().rows());
        return new Instruction.MatMul(
                Tokens.NONE,
                perhapsFar(place(activation, spec.activationBlocks(), blocks), m),
                place(weight, spec.weightUnits(), format.units((long) blocks)),
                immediate,
                register,
                m,
                1 + random.nextInt(columns),
                random.nextInt(spec.array().accumulatorSlots()),
                format,
                random.nextInt(4) == 0);
    }

    /** With few rows now and then the same blocks of the banks half an array further on. */
    private BufferAddress perhapsFar(BufferAddress near, int rows) {
        boolean far = 2 * rows <= spec.array().rows() && random.nextInt(4) == 0;
        return far ? new BufferAddress(near.register(), near.offset() + spec.activationBlocks()) : near;
    }

    private Instruction emit() {
        int m = 1 + random.nextInt(spec.array().rows());
        int n = 1 + random.nextInt(columns);
        int words = (n + lanes - 1) / lanes;
        int room = room(spec.outputWords());
        m = Math.min(m, room / words);
        int stride = random.nextInt(3) == 0 ? 0 : Math.min(words + random.nextInt(3), (room - words) / Math.max(1, m));
        int region = touch(Access.OUTPUT, true);
        return new Instruction.Emit(
                Tokens.NONE,
                place(region, spec.outputWords(), (long) (m - 1) * stride + words),
                stride,
                m,
                n,
                random.nextInt(spec.array().accumulatorSlots()));
    }

    // ---- vector

    private static final VectorFunction[] FUNCTIONS = VectorFunction.values();

    private Instruction vector() {
        VectorFunction fn = FUNCTIONS[random.nextInt(FUNCTIONS.length)];
        VectorTarget target = switch (fn) {
            case SOFTMAX -> VectorTarget.ACTIVATION_A8;
            case DEQUANT -> VectorTarget.VECTOR_FP32;
            case NORM, SILUMUL -> VectorTarget.of(random.nextInt(3));
            default -> VectorTarget.of(random.nextInt(4));
        };
        boolean dequant = fn == VectorFunction.DEQUANT;
        VectorMemory memoryA = dequant ? VectorMemory.LOAD : VectorMemory.of(random.nextInt(3));
        VectorMemory memoryB =
                dequant || fn == VectorFunction.SOFTMAX ? VectorMemory.LOAD : VectorMemory.of(random.nextInt(3));
        boolean batches = random.nextInt(30) == 0; // more than one batch of rows, all from one place
        boolean many = random.nextInt(8) == 0;
        int rows = batches ? 130 + random.nextInt(126) : many ? 1 + random.nextInt(60) : 1 + random.nextInt(5);
        boolean grow = fn == VectorFunction.SOFTMAX && random.nextBoolean();
        boolean row = target == VectorTarget.STORE_INT8 && random.nextBoolean();
        boolean spreadA = !batches && random.nextInt(3) != 0;
        boolean spreadB = !batches && random.nextInt(3) != 0 && fn != VectorFunction.SOFTMAX;
        boolean spreadD = !batches && random.nextInt(4) != 0;
        int longest = longest(memoryA, spreadA, memoryB, spreadB, target, spreadD, row, rows);
        while (longest == 0) {
            rows /= 2;
            longest = longest(memoryA, spreadA, memoryB, spreadB, target, spreadD, row, rows);
        }
        int usual = 1 + random.nextInt(random.nextInt(4) == 0 ? longest : Math.min(longest, 90));
        int n = batches ? Math.min(longest, 600) : usual;
        if (grow) {
            rows = Math.min(rows, longest - n + 1);
        }
        if (fn == VectorFunction.ROPE) {
            n += n % 2; // capacities are whole words of at least 4
        }
        int widest = grow ? n + rows - 1 : n;
        int wordsPerRow = (widest + lanes - 1) / lanes;
        set(Queue.VECTOR, 7, n);
        set(Queue.VECTOR, 3, spreadA ? wordsPerRow : 0);
        set(Queue.VECTOR, 4, spreadB ? wordsPerRow : 0);
        int regionA = touch(buffer(memoryA), false);
        BufferAddress a = place(regionA, words(memoryA), (long) (spreadA ? rows : 1) * wordsPerRow);
        BufferAddress b = BufferAddress.at(0);
        int regionB = -1;
        if (fn.readsB()) {
            regionB = touch(buffer(memoryB), false);
            b = place(regionB, words(memoryB), (long) (spreadB ? rows : 1) * wordsPerRow);
        }
        int filled = widest;
        if (fn == VectorFunction.NORM || fn == VectorFunction.SOFTMAX) {
            set(Queue.VECTOR, 8, Float.floatToRawIntBits(1f / n) & 0xFFFF_FFFFL);
        }
        if (fn == VectorFunction.NORM) {
            set(Queue.VECTOR, 9, Float.floatToRawIntBits(1e-5f));
        } else if (fn == VectorFunction.SOFTMAX) {
            int zeros = 32 * random.nextInt(targetCapacity(target, rows, spreadD, row) / 32 + 1);
            set(Queue.VECTOR, 9, zeros);
            filled = Math.max(widest, zeros);
        }
        BufferAddress d;
        boolean free = memoryB != VectorMemory.VECTOR || regionB != regionA || !fn.readsB();
        if (target == VectorTarget.VECTOR_FP32
                && memoryA == VectorMemory.VECTOR
                && spreadA
                && free
                && random.nextBoolean()) {
            d = a; // in place
            accesses.add(new Access(Access.VECTOR, regionA, true));
            set(Queue.VECTOR, 5, wordsPerRow);
        } else {
            d = destination(target, rows, n, filled, spreadD, memoryA, regionA, memoryB, regionB);
        }
        Format format = dequant && random.nextBoolean() ? Format.I4 : Format.I8; // I10
        return new Instruction.Vector(
                Tokens.NONE, fn, memoryA, a, memoryB, b, target, d, rows, 7, 3, 4, 5, 8, format, row, grow);
    }

    /** Elements per row that fit all operands' regions; 0 if there are too many rows. */
    private int longest(
            VectorMemory memoryA,
            boolean spreadA,
            VectorMemory memoryB,
            boolean spreadB,
            VectorTarget target,
            boolean spreadD,
            boolean row,
            int rows) {
        int operands =
                Math.min(capacity(words(memoryA), spreadA ? rows : 1), capacity(words(memoryB), spreadB ? rows : 1));
        return Math.min(operands, targetCapacity(target, rows, spreadD, row));
    }

    private int words(VectorMemory memory) {
        return switch (memory) {
            case OUTPUT -> spec.outputWords();
            case VECTOR -> spec.vectorWords();
            case LOAD -> spec.loadWords();
        };
    }

    private static int buffer(VectorMemory memory) {
        return switch (memory) {
            case OUTPUT -> Access.OUTPUT;
            case VECTOR -> Access.VECTOR;
            case LOAD -> Access.LOAD;
        };
    }

    /** Elements per row that fit a region of words. */
    private int capacity(int words, int rows) {
        return room(words) / rows * lanes;
    }

    private int targetCapacity(VectorTarget target, int rows, boolean spread, boolean row) {
        int fill = spec.activationFill();
        return switch (target) {
            case VECTOR_FP32 -> capacity(spec.vectorWords(), spread ? rows : 1);
            case STORE_FP32 -> capacity(spec.storeWords(), spread ? rows : 1);
            case ACTIVATION_A8 -> {
                int groups =
                        spread ? (rows + spec.array().rows() - 1) / spec.array().rows() : 1;
                yield room(spec.activationBlocks()) / groups * 32 / fill * fill;
            }
            case STORE_INT8 -> {
                int codes = room(spec.storeWords()) * 4 / (spread ? rows : 1) * lanes / 32 * 32;
                int scales = room(spec.storeWords()) * 2 * lanes / rows;
                yield row ? codes : Math.min(codes, scales * 32);
            }
        };
    }

    private BufferAddress destination(
            VectorTarget target,
            int rows,
            int n,
            int widest,
            boolean spread,
            VectorMemory memoryA,
            int regionA,
            VectorMemory memoryB,
            int regionB) {
        int wordsPerRow = (widest + lanes - 1) / lanes;
        switch (target) {
            case VECTOR_FP32 -> {
                set(Queue.VECTOR, 5, spread ? wordsPerRow : 0);
                int region = random.nextInt(Access.REGIONS);
                while ((memoryA == VectorMemory.VECTOR && region == regionA)
                        || (memoryB == VectorMemory.VECTOR && region == regionB)) {
                    region = (region + 1) % Access.REGIONS;
                }
                accesses.add(new Access(Access.VECTOR, region, true));
                return place(region, spec.vectorWords(), (long) (spread ? rows : 1) * wordsPerRow);
            }
            case STORE_FP32 -> {
                set(Queue.VECTOR, 5, spread ? wordsPerRow : 0);
                int region = touch(Access.STORE, true);
                return place(region, spec.storeWords(), (long) (spread ? rows : 1) * wordsPerRow);
            }
            case ACTIVATION_A8 -> {
                int fill = spec.activationFill();
                int blocks = (widest + fill - 1) / fill * (fill / 32);
                int groups =
                        spread ? (rows + spec.array().rows() - 1) / spec.array().rows() : 1;
                set(Queue.VECTOR, 5, spread ? blocks : 0);
                int region = touch(Access.ACTIVATION, true);
                return perhapsFar(place(region, spec.activationBlocks(), (long) groups * blocks), rows);
            }
            case STORE_INT8 -> {
                int scaleRegion = touch(Access.STORE, true);
                int codeRegion = (scaleRegion + 1) % Access.REGIONS;
                accesses.add(new Access(Access.STORE, codeRegion, true));
                int halves = spec.storeWords() * 2 * lanes;
                set(Queue.VECTOR, 8, (long) scaleRegion * (halves / Access.REGIONS));
                set(Queue.VECTOR, 9, rows);
                int units = (n + 31) / 32 * 32 / lanes;
                set(Queue.VECTOR, 5, spread ? units : 0);
                return place(codeRegion, spec.storeWords() * 4, (long) (spread ? rows : 1) * units);
            }
        }
        throw new IllegalStateException();
    }
}
