package dev.hwc.ir.isa;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The layout of the instruction word as Markdown tables, from {@link Opcode}, for docs/spec/isa-tables.md. */
public final class IsaText {
    private IsaText() {}

    /** A row per opcode: its number, queue, flag bits and the bits of its operands. */
    public static String opcodes() {
        StringBuilder text = new StringBuilder(
                "| opcode | op | queue | flags | operands: bits of the word |\n|---|---|---|---|---|\n");
        for (Opcode opcode : Opcode.values()) {
            Queue queue = opcode.queue();
            text.append(String.format(
                    Locale.ROOT,
                    "| %d | `%s` | %s | %s | %s |\n",
                    opcode.code(),
                    opcode.text(),
                    queue == null ? "every" : queue.text(),
                    flags(opcode),
                    operands(opcode)));
        }
        return text.toString();
    }

    /** A row per enumeration: which fields it belongs to, and its values. */
    public static String enumerations() {
        Map<List<String>, List<String>> fields = new LinkedHashMap<>();
        for (Opcode opcode : Opcode.values()) {
            for (Opcode.Field field : opcode.fields()) {
                List<String> values = FieldText.names(field);
                List<String> users = fields.computeIfAbsent(values, key -> new ArrayList<>());
                if (!values.isEmpty() && !users.contains(field.name())) {
                    users.add(field.name());
                }
            }
        }
        fields.remove(List.of());
        StringBuilder text = new StringBuilder("| field | values |\n|---|---|\n");
        fields.forEach((values, users) -> {
            List<String> numbered = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                numbered.add(i + " `" + values.get(i) + "`");
            }
            text.append("| ").append(String.join(", ", users)).append(" | ");
            text.append(String.join(", ", numbered)).append(" |\n");
        });
        return text.toString();
    }

    private static String flags(Opcode opcode) {
        List<String> flags = new ArrayList<>();
        for (int i = 0; i < opcode.flags().size(); i++) {
            flags.add((Word.FLAGS + i) + " `" + opcode.flags().get(i) + "`");
        }
        return String.join(", ", flags);
    }

    private static String operands(Opcode opcode) {
        List<String> operands = new ArrayList<>();
        int low = 0;
        for (Opcode.Field field : opcode.fields()) {
            int high = low + field.width() - 1;
            operands.add("`" + field.name() + "` " + high + ":" + low);
            low = high + 1;
        }
        return String.join(", ", operands);
    }
}
