package dev.hwc.ir.device;

import dev.hwc.ir.hw.HardwareSpec;
import java.util.List;
import java.util.Locale;

/** The register map as a C header and as a table for documents. */
public final class RegisterText {
    private RegisterText() {}

    /** A C header of the registers and counters, with the hash of this hardware. */
    public static String header(HardwareSpec spec) {
        StringBuilder text = new StringBuilder("/* generated from dev.hwc.ir.device.Register for hardware ")
                .append(spec.name())
                .append(" by hwc rtl, do not edit */\n#ifndef HWC_REGISTERS_H\n#define HWC_REGISTERS_H\n\n");
        define(text, "HWC_ID_VALUE", hex(Register.ID_VALUE));
        define(text, "HWC_VERSION_VALUE", hex(Register.VERSION_VALUE));
        text.append("#define HWC_HARDWARE_HASH \"").append(spec.hash()).append("\"\n\n");
        for (Register register : Register.values()) {
            text.append("/* ").append(register.meaning()).append(" */\n");
            define(text, "HWC_" + register.name(), hex(register.offset()));
        }
        text.append('\n');
        List<String> counters = Counter.all();
        for (int i = 0; i < counters.size(); i++) {
            define(text, "HWC_COUNTER_" + constant(counters.get(i)), String.valueOf(i));
        }
        return text.append("\n#endif\n").toString();
    }

    private static void define(StringBuilder text, String name, String value) {
        text.append("#define ").append(name).append(' ').append(value).append('\n');
    }

    private static String hex(int value) {
        return String.format(Locale.ROOT, "0x%03Xu", value);
    }

    /** {@code stall.load.waitMatrix} as {@code STALL_LOAD_WAIT_MATRIX}. */
    private static String constant(String name) {
        return name.replaceAll("([A-Z])", "_$1").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** The registers as a Markdown table. */
    public static String markdown() {
        StringBuilder text = new StringBuilder("| offset | register | access | meaning |\n|---|---|---|---|\n");
        for (Register register : Register.values()) {
            String access = switch (register.access()) {
                case READ -> "r";
                case WRITE -> "w";
                case READ_WRITE -> "rw";
            };
            text.append(String.format(
                    Locale.ROOT,
                    "| 0x%03X | `%s` | %s | %s |%n",
                    register.offset(),
                    register.name(),
                    access,
                    register.meaning().replace("|", "\\|")));
        }
        return text.toString();
    }

    /** The counters as a Markdown table. */
    public static String counterMarkdown() {
        StringBuilder text = new StringBuilder("| index | counter |\n|---|---|\n");
        List<String> counters = Counter.all();
        for (int i = 0; i < counters.size(); i++) {
            text.append("| ").append(i).append(" | `").append(counters.get(i)).append("` |\n");
        }
        return text.toString();
    }
}
