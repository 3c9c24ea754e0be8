package dev.hwc.rtl.generator.matrix;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * C = A·Bᵀ with A [m, 32·blocks] int8 and B [n, 32·blocks] a weight format, as a program tiles it: every
 * tile of the array's size is fed in pieces of K into a slot of its own turn, then emitted to its place in C.
 */
record MatrixProduct(int m, int n, int blocks, Format format) {
    /** Any shape up to two tiles of rows and three of columns; every third is a vector times a matrix. */
    static MatrixProduct random(HardwareSpec spec, Random random) {
        int rows = spec.array().rows();
        int m = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(2 * rows);
        int n = 1 + random.nextInt(3 * spec.array().columns());
        Format format = MatrixJob.format(random);
        int tiles = (n - 1) / spec.array().columns() + 1;
        int fits = format.blocksIn(spec.weightUnits() / tiles);
        int reach = 2 * m <= rows ? 2 * MatrixJob.EDGE : MatrixJob.EDGE;
        return new MatrixProduct(m, n, 1 + random.nextInt(Math.min(fits, reach)), format);
    }

    /** The commands; where operands and C lie, how K is cut and which slots are used is random. */
    MatrixJob job(HardwareSpec spec, Random random) {
        List<MatrixJob.Command> commands = new ArrayList<>();
        int rows = spec.array().rows();
        int columns = spec.array().columns();
        int tiles = (n - 1) / columns + 1;
        int words = (n + spec.vectorLanes() - 1) / spec.vectorLanes();
        int weights = random.nextInt(spec.weightUnits() - tiles * units(blocks) + 1);
        int destination = random.nextInt(spec.outputWords() - m * words + 1);
        int slot = random.nextInt(spec.array().accumulatorSlots());
        for (int i = 0; i < m; i += rows) {
            int height = Math.min(rows, m - i);
            int activation = activation(spec, height, random);
            for (int tile = 0; tile < tiles; tile++) {
                int width = Math.min(columns, n - tile * columns);
                int weight = weights + tile * units(blocks);
                for (int done = 0; done < blocks; ) {
                    int piece = piece(blocks - done, random);
                    commands.add(new MatrixJob.Command(
                            false,
                            activation + done,
                            weight + units(done),
                            piece,
                            format,
                            false,
                            0,
                            0,
                            height,
                            width,
                            slot,
                            1));
                    done += piece;
                }
                int at = destination + i * words + tile * columns / spec.vectorLanes();
                commands.add(new MatrixJob.Command(true, 0, 0, 0, Format.I8, false, at, words, height, width, slot, 1));
                slot = (slot + 1) % spec.array().accumulatorSlots();
            }
        }
        return new MatrixJob(commands);
    }

    /** Blocks of the next piece: a piece that another one follows ends a unit. */
    private int piece(int left, Random random) {
        int piece = 1 + random.nextInt(left);
        return Math.min(left, Math.ceilDiv(piece, format.scaleBlocks()) * format.scaleBlocks());
    }

    private int units(int some) {
        return format.units(some);
    }

    /** First block of a tile's rows among the blocks that are filled. */
    private int activation(HardwareSpec spec, int height, Random random) {
        int size = spec.activationBlocks();
        if (blocks > MatrixJob.EDGE || spec.activationBlocks(height) > size && random.nextBoolean()) {
            return size - MatrixJob.EDGE + random.nextInt(2 * MatrixJob.EDGE - blocks + 1);
        }
        return random.nextInt(MatrixJob.EDGE - blocks + 1);
    }
}
