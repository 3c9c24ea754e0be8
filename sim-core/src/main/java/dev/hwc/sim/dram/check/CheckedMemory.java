package dev.hwc.sim.dram.check;

import dev.hwc.sim.dram.DramFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;

/** The figures of a timing set as the referee reads them. */
final class CheckedMemory {
    private final Map<String, String> cells = new HashMap<>();
    private final Map<String, Integer> figures = new HashMap<>();

    private CheckedMemory(String text) {
        try (Scanner lines = new Scanner(text)) {
            while (lines.hasNextLine()) {
                String line = lines.nextLine();
                int comma = line.indexOf(',');
                int second = line.indexOf(',', comma + 1);
                if (!line.startsWith("#") && comma > 0 && second > 0) {
                    String key = line.substring(0, comma);
                    String cell = line.substring(comma + 1, second);
                    cells.put(key, cell);
                    if (cell.matches("[0-9]{1,9}")) {
                        figures.put(key, Integer.valueOf(cell));
                    }
                }
            }
        }
    }

    /** The set of a text like that of the presets. */
    static CheckedMemory of(String text) {
        return new CheckedMemory(text);
    }

    /** A shipped set. */
    static CheckedMemory preset(String name) {
        String file = "/dev/hwc/sim/dram/" + name.toLowerCase(Locale.ROOT) + ".csv";
        try (InputStream in = CheckedMemory.class.getResourceAsStream(file)) {
            if (in == null || !name.matches("[a-z0-9.-]+")) {
                throw new DramFormatException("trace: memory '" + name + "' is not known to the checker");
            }
            return new CheckedMemory(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new DramFormatException("trace: the timing set of " + name + " cannot be read: " + e.getMessage());
        }
    }

    String text(String key) {
        return cells.getOrDefault(key, "");
    }

    /** A figure; absent ones are 0. */
    int figure(String key) {
        Integer value = figures.get(key);
        return value == null ? 0 : value;
    }
}
