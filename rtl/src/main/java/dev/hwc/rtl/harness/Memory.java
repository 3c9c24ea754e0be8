package dev.hwc.rtl.harness;

/**
 * A memory of a verilated model whose bits a test can turn over, as radiation does.
 *
 * @param place instances from the top down, with dots
 * @param words entries
 * @param bits of a word as stored, check bits among them
 */
public record Memory(int number, String place, int words, int bits) {
    /** From a line of {@link NativeModel#memories}. */
    static Memory of(int number, String line) {
        String[] parts = line.split(" ", -1);
        return new Memory(number, parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }
}
