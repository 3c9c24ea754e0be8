package dev.hwc.ir.device;

import dev.hwc.ir.IrException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;

/**
 * A job as it lies in memory (isa.md §8).
 *
 * @param resident whether the programs are in the program memories already
 * @param hash of the hardware description, 32 hex digits
 * @param programs one per queue
 * @param windows at most 8; missing ones have no byte
 * @param arguments at most 32 values of 40 bits; missing ones are 0
 */
public record JobDescriptor(
        boolean resident, String hash, List<Program> programs, List<Window> windows, List<Long> arguments) {
    /** Bytes of a descriptor. */
    public static final int BYTES = 512;
    /** Descriptors lie at multiples of this. */
    public static final int ALIGNMENT = 4096;
    /** "HWJ1". */
    public static final int MAGIC = 0x314A5748;

    public static final int FLAGS = 4;
    public static final int HASH = 8;
    public static final int PROGRAMS = 32;
    public static final int WINDOWS = 128;
    public static final int ARGUMENTS = 256;

    private static final int READABLE = 62;
    private static final int WRITABLE = 63;
    private static final long ADDRESS_MASK = (1L << 40) - 1;

    /**
     * A queue's program.
     *
     * @param offset byte offset in window 0, a multiple of the beat
     * @param instructions at least 1
     */
    public record Program(long offset, int instructions) {}

    /**
     * A memory window.
     *
     * @param base physical address, a multiple of 4096
     * @param limit bytes, at most 2^40
     */
    public record Window(long base, long limit, boolean readable, boolean writable) {}

    public JobDescriptor {
        programs = List.copyOf(programs);
        windows = List.copyOf(windows);
        arguments = List.copyOf(arguments);
        if (programs.size() != 4 || windows.size() > 8 || arguments.size() > 32) {
            throw new IrException("job with " + programs.size() + " programs, " + windows.size() + " windows and "
                    + arguments.size() + " arguments; allowed are exactly 4, at most 8 and at most 32");
        }
    }

    /** The 512 bytes. */
    public byte[] bytes() {
        ByteBuffer to = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(0, MAGIC);
        to.putInt(FLAGS, resident ? 1 : 0);
        to.put(HASH, HexFormat.of().parseHex(hash));
        for (int q = 0; q < programs.size(); q++) {
            to.putLong(PROGRAMS + 16 * q, programs.get(q).offset());
            to.putInt(PROGRAMS + 16 * q + 8, programs.get(q).instructions());
        }
        for (int w = 0; w < windows.size(); w++) {
            Window window = windows.get(w);
            to.putLong(WINDOWS + 16 * w, window.base());
            long permissions = (window.readable() ? 1L << READABLE : 0) | (window.writable() ? 1L << WRITABLE : 0);
            to.putLong(WINDOWS + 16 * w + 8, window.limit() | permissions);
        }
        for (int i = 0; i < arguments.size(); i++) {
            to.putLong(ARGUMENTS + 8 * i, arguments.get(i) & ADDRESS_MASK);
        }
        return to.array();
    }
}
