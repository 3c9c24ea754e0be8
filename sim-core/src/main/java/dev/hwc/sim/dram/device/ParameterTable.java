package dev.hwc.sim.dram.device;

import dev.hwc.sim.dram.DramFormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines {@code parameter,value,source}: the data of one memory. Lines that begin with # are comments; the first other
 * line names the columns.
 */
public final class ParameterTable {
    private static final String HEADER = "parameter,value,source";
    private static final int COLUMNS = 3;

    /**
     * One value.
     *
     * @param source where it was read
     */
    public record Entry(String value, String source) {}

    private final String name;
    private final String title;
    private final Map<String, Entry> entries;

    private ParameterTable(String name, String title, Map<String, Entry> entries) {
        this.name = name;
        this.title = title;
        this.entries = Collections.unmodifiableMap(entries);
    }

    /**
     * Reads a table.
     *
     * @param name for messages
     */
    public static ParameterTable parse(String name, String text) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<String> comments = new ArrayList<>();
        boolean header = false;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.startsWith("#")) {
                comments.add(line.substring(1).strip());
            } else if (!header) {
                if (!line.equals(HEADER)) {
                    throw new DramFormatException("memory " + name + " line " + number + ": found '" + start(line)
                            + "'; a timing set begins with '" + HEADER + "'");
                }
                header = true;
            } else if (!line.isBlank()) {
                add(entries, name, number, line);
            }
        }
        if (!header) {
            throw new DramFormatException("memory " + name + ": no line '" + HEADER + "'; this is not a timing set");
        }
        return new ParameterTable(name, comments.isEmpty() ? name : comments.getFirst(), entries);
    }

    private static void add(Map<String, Entry> entries, String name, int number, String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS || cells[COLUMNS - 1].isBlank()) {
            throw new DramFormatException("memory " + name + " line " + number + ": found '" + start(line)
                    + "'; allowed is parameter,value,source with a source");
        }
        if (entries.put(cells[0], new Entry(cells[1], cells[2])) != null) {
            throw new DramFormatException("memory " + name + " line " + number + ": " + cells[0] + " is given twice");
        }
    }

    private static String start(String line) {
        return line.length() <= 60 ? line : line.substring(0, 60) + "...";
    }

    public String name() {
        return name;
    }

    /** The first comment. */
    public String title() {
        return title;
    }

    /** All values in the order of the file. */
    public Map<String, Entry> entries() {
        return entries;
    }
}
