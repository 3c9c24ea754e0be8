package dev.hwc.rtl.generator.ecc;

import java.util.List;

/**
 * The codes of docs/adr/20261128-secded.md, written down column by column; decodes by trying every bit
 * instead of by syndrome.
 *
 * @param dataBits of a word, which has the check bits above
 * @param columns for each data bit the check bits it is part of
 */
record HsiaoGolden(int dataBits, int checkBits, List<Integer> columns) {
    static final HsiaoGolden BYTE = new HsiaoGolden(8, 5, List.of(0x07, 0x19, 0x0e, 0x13, 0x1c, 0x0b, 0x15, 0x16));

    static final HsiaoGolden HALF = new HsiaoGolden(
            16,
            6,
            List.of(0x07, 0x38, 0x0b, 0x34, 0x0d, 0x32, 0x0e, 0x31, 0x13, 0x2c, 0x15, 0x2a, 0x16, 0x29, 0x19, 0x26));

    static final HsiaoGolden WORD = new HsiaoGolden(
            32,
            7,
            List.of(
                    0x07, 0x38, 0x43, 0x1c, 0x61, 0x0e, 0x70, 0x0b, 0x34, 0x45, 0x1a, 0x62, 0x0d, 0x31, 0x46, 0x58,
                    0x23, 0x2c, 0x51, 0x16, 0x68, 0x13, 0x4c, 0x25, 0x2a, 0x52, 0x15, 0x29, 0x4a, 0x54, 0x26, 0x19));

    static final HsiaoGolden LONG = new HsiaoGolden(
            64,
            8,
            List.of(
                    0x07, 0x38, 0xc1, 0x0e, 0x70, 0x83, 0x1c, 0xe0, 0x0b, 0x34, 0xc2, 0x0d, 0xb0, 0x43, 0x2c, 0xd0,
                    0x13, 0x4c, 0xa1, 0x16, 0x68, 0x85, 0x1a, 0x61, 0x86, 0x58, 0xa2, 0x15, 0xa8, 0x45, 0x2a, 0x51,
                    0x8a, 0x54, 0xa4, 0x19, 0x62, 0x89, 0x26, 0x52, 0x8c, 0x31, 0xc4, 0x23, 0x98, 0x46, 0x29, 0x91,
                    0x4a, 0x64, 0x92, 0x25, 0xc8, 0x32, 0x49, 0x94, 0x1f, 0xe3, 0x7c, 0x8f, 0xf1, 0x3e, 0xc7, 0xf8));

    static final List<HsiaoGolden> ALL = List.of(BYTE, HALF, WORD, LONG);

    /** A word of data and check bits. */
    record Word(long data, int checks) {
        /** The word with a bit turned over; data bits count first. */
        Word flip(int bit, int dataBits) {
            return bit < dataBits ? new Word(data ^ 1L << bit, checks) : new Word(data, checks ^ 1 << bit - dataBits);
        }
    }

    /** What a decoder says. */
    record Verdict(long data, boolean corrected, boolean failed) {}

    int wordBits() {
        return dataBits + checkBits;
    }

    Word encode(long data) {
        int checks = 0;
        for (int i = 0; i < dataBits; i++) {
            if ((data >>> i & 1) != 0) {
                checks ^= columns.get(i);
            }
        }
        return new Word(data, checks);
    }

    private boolean isCodeWord(Word word) {
        return encode(word.data()).equals(word);
    }

    /** The one code word that is at most one bit away, if there is one. */
    Verdict decode(Word word) {
        if (isCodeWord(word)) {
            return new Verdict(word.data(), false, false);
        }
        for (int bit = 0; bit < wordBits(); bit++) {
            Word tried = word.flip(bit, dataBits);
            if (isCodeWord(tried)) {
                return new Verdict(tried.data(), true, false);
            }
        }
        return new Verdict(word.data(), false, true);
    }
}
