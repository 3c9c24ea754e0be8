package dev.hwc.rtl.harness;

/**
 * The JNI functions of {@code bridge.cpp}. A handle stands for one instance of a model; ports are
 * numbered in the order of {@code ports.json}; words are 64 bits, word 0 the lowest.
 */
final class NativeModel {
    private NativeModel() {}

    /** A new instance of the model in this shared library; 0 when it cannot be loaded. */
    static native long open(String library);

    /** Why the last {@link #open} gave 0. */
    static native String problem();

    static native void close(long handle);

    static native void poke(long handle, int port, int word, long value);

    static native long peek(long handle, int port, int word);

    static native void eval(long handle);

    static native void step(long handle, long cycles);

    /** Clocks since the instance was made. */
    static native long clocks(long handle);

    /** From now on signals of these clocks go to a file; false when the model cannot or the file cannot be made. */
    static native boolean trace(long handle, String path, long from, long clocks);

    /** Completes the file; whether all could be written. */
    static native boolean endTrace(long handle);

    /** Memories whose bits can be turned over, a line each: place, words, bits of a word. */
    static native String memories(long handle);

    /** Turns over a bit of the memory in this line. */
    static native void flip(long handle, int memory, int word, int bit);

    /** Per cycle: pokes a row of the table, settles, records a row of the results, clocks. */
    static native void stream(long handle, int cycles, int[] inputs, long[] table, int[] outputs, long[] results);
}
