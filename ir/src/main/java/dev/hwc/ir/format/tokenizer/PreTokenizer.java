package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.IrException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a BPE vocabulary cuts a text into words before it merges: a list of patterns, each of which
 * cuts every piece left by the one before into its matches and what stands between them. The key
 * {@code tokenizer.ggml.pre} names the list. Source: the tokenizer.json of the models, as adapted by
 * llama.cpp (llama-vocab.cpp); white space, letters, numbers and punctuation are Unicode's.
 */
enum PreTokenizer {
    DEFAULT(List.of("default"), Words.PUNCTUATION, Words.GPT2, "\\p{N}+", Words.THREE_DIGITS),
    GPT2(List.of("gpt-2", "phi-2", "mpt", "olmo"), Words.GPT2),
    STARCODER(List.of("starcoder", "refact", "command-r", "smollm"), "\\p{N}", Words.GPT2),
    FALCON(List.of("falcon"), Words.PUNCTUATION_AND_BACKTICK, Words.GPT2, Words.THREE_DIGITS),
    DEEPSEEK_CODER(List.of("deepseek-coder"), "[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", Words.EAST_ASIAN, "\\p{N}"),
    DEEPSEEK_LLM(
            List.of("deepseek-llm"),
            "[\r\n]",
            "\\s?[" + Words.CASED_LETTERS + "]+",
            "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+",
            "\\s+\\z",
            Words.EAST_ASIAN,
            "\\p{N}+"),
    LLAMA3(List.of("llama-bpe", "llama3", "llama-v3"), Words.llama3("\\p{N}{1,3}")),
    QWEN2(List.of("qwen2", "stablelm2", "deepseek-r1-qwen"), Words.llama3("\\p{N}"));

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> names;

    @SuppressWarnings("ImmutableEnumChecker") // as above
    private final List<Pattern> patterns;

    PreTokenizer(List<String> names, String... patterns) {
        this.names = names;
        this.patterns = Arrays.stream(patterns)
                .map(pattern -> Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS))
                .toList();
    }

    /**
     * The list of this name.
     *
     * @throws IrException naming the known ones
     */
    static PreTokenizer named(String name) {
        for (PreTokenizer candidate : values()) {
            if (candidate.names.contains(name)) {
                return candidate;
            }
        }
        throw new IrException("pre-tokenizer '" + name + "' is not supported; supported are "
                + Arrays.stream(values()).flatMap(p -> p.names.stream()).collect(Collectors.joining(", ")));
    }

    /** Whether a word that is a token stays whole, whatever the merges would make of it. */
    boolean keepsWholeTokens() {
        return this == LLAMA3;
    }

    /** The text in pieces, in order; joined they are the text. */
    List<String> split(String text) {
        List<String> pieces = List.of(text);
        for (Pattern pattern : patterns) {
            List<String> finer = new ArrayList<>();
            for (String piece : pieces) {
                cut(pattern, piece, finer);
            }
            pieces = finer;
        }
        return pieces;
    }

    private static void cut(Pattern pattern, String piece, List<String> output) {
        int from = 0;
        for (Matcher matcher = pattern.matcher(piece); matcher.find(); from = matcher.end()) {
            add(piece.substring(from, matcher.start()), output);
            add(matcher.group(), output);
        }
        add(piece.substring(from), output);
    }

    private static void add(String piece, List<String> output) {
        if (!piece.isEmpty()) {
            output.add(piece);
        }
    }

    /** The patterns that several lists share. */
    private static final class Words {
        static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
        static final String PUNCTUATION = "[\\p{P}$+<=>\\^~|]+";
        static final String PUNCTUATION_AND_BACKTICK = "[\\p{P}$+<=>\\^~|`]+";
        static final String THREE_DIGITS = "[0-9][0-9][0-9]";
        static final String EAST_ASIAN = "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

        /** Letters with case as of the Unicode version that DeepSeek's vocabulary was made with. */
        static final String CASED_LETTERS =
                "A-Za-z\u00B5\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u01BA\u01BC-\u01BF\u01C4-\u0293\u0295-\u02AF\u0370-\u0373"
                        + "\u0376\u0377\u037B-\u037D\u037F\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03F5\u03F7-\u0481"
                        + "\u048A-\u052F\u0531-\u0556\u10A0-\u10C5\u13A0-\u13F5\u13F8-\u13FD\u1C90-\u1CBA\u1CBD-\u1CBF"
                        + "\u1D00-\u1D2B\u1D6B-\u1D77\u1D79-\u1D9A\u1E00-\u1F15\u1F18-\u1F1D\u1F20-\u1F45\u1F48-\u1F4D"
                        + "\u1F50-\u1F57\u1F59\u1F5B\u1F5D\u1F5F-\u1F7D\u1F80-\u1FB4\u1FB6-\u1FBC\u1FBE\u1FC2-\u1FC4"
                        + "\u1FC6-\u1FCC\u1FD0-\u1FD3\u1FD6-\u1FDB\u1FE0-\u1FEC\u1FF2-\u1FF4\u1FF6-\u1FFC\u2102\u2107"
                        + "\u210A-\u2113\u2115\u2119-\u211D\u2124\u2126\u2128\u212A-\u212D\u212F-\u2134\u2139\u213C-\u213F"
                        + "\u2145-\u2149\u214E\u2183\u2184\u2C00-\u2C7B\u2C7E-\u2CE4\u2CEB-\u2CEE\u2CF2\u2CF3\uA640-\uA66D"
                        + "\uA680-\uA69B\uA722-\uA76F\uA771-\uA787\uA78B-\uA78E\uAB70-\uABBF\uFB00-\uFB06\uFB13-\uFB17"
                        + "\uFF21-\uFF3A\uFF41-\uFF5A\\x{10400}-\\x{1044F}\\x{104B0}-\\x{104D3}\\x{104D8}-\\x{104FB}"
                        + "\\x{10C80}-\\x{10CB2}\\x{10CC0}-\\x{10CF2}\\x{118A0}-\\x{118DF}\\x{1E900}-\\x{1E943}";

        /** Llama 3's pattern; Qwen 2 differs in how many digits stay together. */
        static String llama3(String digits) {
            return "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" + digits
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
        }
    }
}
