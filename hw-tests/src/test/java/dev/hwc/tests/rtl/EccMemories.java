package dev.hwc.tests.rtl;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.rtl.harness.AcceleratorModel;
import dev.hwc.rtl.harness.Memory;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** Where the words of an {@link EccLayout} lie in the memories of 4×4 hardware with check bits. */
final class EccMemories {
    /** Kinds of memory in the order in which fault ECC numbers them (isa.md §7). */
    enum Kind {
        WEIGHT_CODES(Queue.MATRIX, EccLayout.MATMUL, 1),
        WEIGHT_SCALES(Queue.MATRIX, EccLayout.MATMUL, 1),
        /** A word of four codes is read for each of them. */
        ACTIVATION_CODES(Queue.MATRIX, EccLayout.MATMUL, 4),
        ACTIVATION_SCALES(Queue.MATRIX, EccLayout.MATMUL, 1),
        OUTPUT(Queue.VECTOR, EccLayout.COPY_OUTPUT, 1),
        VECTOR(Queue.VECTOR, EccLayout.COPY_VECTOR, 1),
        LOAD(Queue.VECTOR, EccLayout.COPY_LOAD, 1),
        STORE(Queue.STORE, EccLayout.STORE, 1);

        final Queue queue;
        final int pc;
        /** How often the second job reads a code word. */
        final int reads;

        Kind(Queue queue, int pc, int reads) {
            this.queue = queue;
            this.pc = pc;
            this.reads = reads;
        }
    }

    /**
     * A code word that the second job reads.
     *
     * @param firstBit of the code word in the word of the memory
     * @param address as fault ECC has it
     */
    record CodeWord(Kind kind, Memory memory, int word, int firstBit, int bits, long address) {}

    private static final int BYTE = 13;
    private static final int HALF = 22;
    private static final int CODES = 39;
    private static final int LONG = 72;

    private final HardwareSpec spec;
    private final List<Memory> all;
    private final List<Memory> weightCodes;
    private final List<Memory> weightScales;
    private final List<Memory> activationCodes;
    private final List<Memory> activationScales;
    private final List<Memory> output;
    private final List<Memory> vector;
    private final List<Memory> load;
    private final List<Memory> store;

    EccMemories(HardwareSpec spec, AcceleratorModel model) {
        this.spec = spec;
        all = model.memories();
        int columns = spec.array().columns();
        int rows = spec.array().rows();
        weightCodes = find("memory\\.weightBuffer\\..*", columns, spec.weightUnits(), 16 * BYTE);
        weightScales = find("memory\\.weightBuffer\\.(?!.*offsets).*", columns, spec.weightUnits(), HALF);
        activationCodes = find("matrix\\.activations\\..*", rows, 8 * spec.activationBlocks(), CODES);
        activationScales = find("matrix\\.activations\\..*", 1, rows * spec.activationBlocks(), HALF);
        output = find("matrix\\.output.*", 1, spec.outputWords(), 2 * LONG);
        vector = find("vectorBuffer\\..*", 1, spec.vectorWords(), 2 * LONG);
        load = find("memory\\.loadBuffer\\..*", 1, spec.loadWords(), 8 * HALF);
        store = find("memory\\.storeBuffer\\..*", 2, spec.storeWords() / 2, 8 * HALF);
    }

    /** Memories by place and size, by the number in their place, which counts banks. */
    private List<Memory> find(String place, int count, int words, int bits) {
        Pattern pattern = Pattern.compile(".*\\.Accelerator\\." + place);
        List<Memory> found = all.stream()
                .filter(m -> m.words() == words && m.bits() == bits)
                .filter(m -> pattern.matcher(m.place()).matches())
                .sorted(Comparator.comparingInt((Memory m) -> number(m.place())))
                .toList();
        if (found.size() != count) {
            throw new AssertionError(count + " memories of " + words + " words of " + bits + " bits at " + place
                    + " expected; found " + found + " among " + all);
        }
        return found;
    }

    private static int number(String place) {
        String digits = place.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    /** A random code word of a kind that the layout's second job reads. */
    CodeWord random(Kind kind, EccLayout at, Random random) {
        int column = random.nextInt(at.n());
        int bank = bank(at, random.nextInt(at.m()));
        int word = random.nextInt(EccLayout.WORDS);
        return switch (kind) {
            case WEIGHT_CODES -> weightCode(at, column, random.nextInt(EccLayout.ELEMENTS));
            case WEIGHT_SCALES -> weightScale(at, column);
            case ACTIVATION_CODES -> activationCodes(at, bank, random.nextInt(8));
            case ACTIVATION_SCALES -> activationScale(at, bank);
            case OUTPUT -> word(kind, output.getFirst(), at.output() + random.nextInt(at.m()), LONG, random.nextInt(2));
            case VECTOR -> word(kind, vector.getFirst(), at.vector() + word, LONG, random.nextInt(2));
            case LOAD -> word(kind, load.getFirst(), at.load() + word, HALF, random.nextInt(8));
            case STORE -> storeWord(at.store() + word, random.nextInt(8));
        };
    }

    CodeWord weightCode(EccLayout at, int column, int element) {
        int unit = at.weight() + element / 16;
        return new CodeWord(
                Kind.WEIGHT_CODES,
                weightCodes.get(column),
                unit,
                BYTE * (element % 16),
                BYTE,
                address(Kind.WEIGHT_CODES, column, unit));
    }

    CodeWord weightScale(EccLayout at, int column) {
        return new CodeWord(
                Kind.WEIGHT_SCALES,
                weightScales.get(column),
                at.weight(),
                0,
                HALF,
                address(Kind.WEIGHT_SCALES, column, at.weight()));
    }

    CodeWord activationCodes(EccLayout at, int bank, int word) {
        int block = block(at);
        return new CodeWord(
                Kind.ACTIVATION_CODES,
                activationCodes.get(bank),
                8 * block + word,
                0,
                CODES,
                address(Kind.ACTIVATION_CODES, bank, block));
    }

    CodeWord activationScale(EccLayout at, int bank) {
        int block = block(at);
        return new CodeWord(
                Kind.ACTIVATION_SCALES,
                activationScales.getFirst(),
                spec.array().rows() * block + bank,
                0,
                HALF,
                address(Kind.ACTIVATION_SCALES, bank, block));
    }

    /** Blocks from a bank's end on are those of the bank half an array further on (isa.md §1). */
    int bank(EccLayout at, int row) {
        return at.activation() < spec.activationBlocks()
                ? row
                : row + spec.array().rows() / 2;
    }

    private int block(EccLayout at) {
        return at.activation() % spec.activationBlocks();
    }

    private static CodeWord word(Kind kind, Memory memory, int word, int bits, int codeWord) {
        return new CodeWord(kind, memory, word, bits * codeWord, bits, address(kind, codeWord, word));
    }

    private CodeWord storeWord(int word, int half) {
        return new CodeWord(
                Kind.STORE, store.get(word % 2), word / 2, HALF * half, HALF, address(Kind.STORE, half, word));
    }

    private static long address(Kind kind, int bank, int unit) {
        return (long) kind.ordinal() << 36 | (long) bank << 24 | unit;
    }
}
