package dev.hwc.ir.format.tokenizer;

import java.util.Random;

/** Letters, spaces and any other character; not the mark that stands for a space in vocabularies. */
final class RandomText {
    private RandomText() {}

    static String of(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(60);
        while (text.length() < length) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(" \n\t\r  ".charAt(random.nextInt(6)));
                case 1 -> text.appendCodePoint(anyCharacter(random));
                default -> text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.toString();
    }

    private static int anyCharacter(Random random) {
        while (true) {
            int point = random.nextInt(Character.MAX_CODE_POINT + 1);
            boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            if (!surrogate && point != '\u2581') {
                return point;
            }
        }
    }
}
