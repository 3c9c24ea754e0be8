package dev.hwc.tests;

import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.hw.HardwareSpec;
import java.util.Random;
import java.util.Set;

/** Random legal hardware and tilings: any shape of array, lanes, port, buffers and memory. */
final class RandomHardware {
    private static final int MAX_UNITS = 65_536;

    private RandomHardware() {}

    /** A legal hardware; whether a model fits it is another question. */
    static HardwareSpec spec(Random random) {
        int rows = power(random, 4, 128);
        int columns = power(random, 4, 128);
        int lanes = power(random, 4, Math.min(32, columns));
        int beat = power(random, 4, Math.min(Math.min(64, columns), 4 * lanes));
        HardwareSpec.Port port = new HardwareSpec.Port(
                beat, power(random, 64, Math.min(4096, 256 * beat)), 1 + random.nextInt(16), 1 + random.nextInt(16));
        HardwareSpec.Buffers buffers = new HardwareSpec.Buffers(
                kib(random, 16 * columns),
                kib(random, 32 * rows),
                kib(random, 4 * lanes),
                kib(random, 4 * lanes),
                kib(random, 4 * lanes),
                kib(random, 4 * lanes),
                2048);
        HardwareSpec.MemorySpec memory = random.nextInt(4) == 0
                ? new HardwareSpec.MemorySpec("ideal", 1, beat)
                : new HardwareSpec.MemorySpec("fixed", 1 + random.nextInt(100), 1 + random.nextInt(beat));
        HardwareSpec.Array array = new HardwareSpec.Array(rows, columns, 1 + random.nextInt(16));
        HardwareSpec spec = new HardwareSpec("random", 100, array, lanes, buffers, port, memory);
        return array.accumulatorSlots() % 4 == 0 ? gated(spec) : spec; // a quarter, without another draw
    }

    /** The same hardware with gated elements. */
    static HardwareSpec gated(HardwareSpec spec) {
        return spec.withArray(spec.array().withElements(HardwareSpec.Array.GATED));
    }

    /** Any options; the compiler takes less where memory is short. */
    static TilingOptions tiling(Random random) {
        return new TilingOptions(
                2 + random.nextInt(63),
                1 << random.nextInt(12),
                1 + random.nextInt(random.nextBoolean() ? 4 : 64),
                1 + random.nextInt(16),
                1 + random.nextInt(16),
                1 << random.nextInt(8),
                TilingOptions.Memory.DEFAULT,
                Set.of());
    }

    private static int power(Random random, int low, int high) {
        int steps = Integer.numberOfTrailingZeros(high) - Integer.numberOfTrailingZeros(low);
        return low << random.nextInt(steps + 1);
    }

    /** A capacity of 32 to 16,384 addressable units, the small ones as likely as the large ones. */
    private static int kib(Random random, int unitBytes) {
        long units = (long) (32 * Math.pow(2, 9 * random.nextDouble()));
        long kib = Math.max(Math.ceilDiv(8L * unitBytes, 1024), units * unitBytes / 1024);
        return (int) Math.max(1, Math.min(kib, (long) MAX_UNITS * unitBytes / 1024));
    }
}
