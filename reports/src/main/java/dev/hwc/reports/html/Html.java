package dev.hwc.reports.html;

/** Escaping: every text that does not stand in this package's source passes through here. */
final class Html {
    /** Longest name written into the page; longer ones keep their start and end. */
    private static final int LONGEST_NAME = 120;

    private Html() {}

    /** Text for element content and for attribute values in double quotes. */
    static String text(String raw) {
        StringBuilder out = new StringBuilder(raw.length() + 16);
        raw.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(visible(c));
            }
        });
        return out.toString();
    }

    /** Control characters and lone surrogates have no place in a page. */
    private static int visible(int codePoint) {
        boolean control = Character.isISOControl(codePoint) && codePoint != '\n' && codePoint != '\t';
        boolean surrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
        return control || surrogate ? 0xFFFD : codePoint;
    }

    /** A name shortened in the middle, not yet escaped. */
    static String shortened(String name) {
        int length = name.codePointCount(0, name.length());
        if (length <= LONGEST_NAME) {
            return name;
        }
        int half = LONGEST_NAME / 2;
        return name.substring(0, name.offsetByCodePoints(0, half))
                + "…"
                + name.substring(name.offsetByCodePoints(0, length - half + 1));
    }

    /** JSON that may stand inside a script element: no {@code <}, so neither end tag nor comment. */
    static String json(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }
}
