package dev.hwc.rtl.synth;

import dev.hwc.rtl.Emitted;
import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The yosys script. Each module is synthesized once, however often it stands in the design, and keeps its place in the
 * report; only memories go into the module that uses them: firtool gives each port of a memory a clock of its own, and
 * yosys makes a block RAM of it only where it sees that the clocks are one.
 */
final class Script {
    /** The netlist. */
    static final String NETLIST = "netlist.json";

    private static final String SIGNED_PRODUCTS = "signed-product.v";
    private static final String SOFT_PRODUCTS = "soft-product.v";
    private static final Pattern MEMORY = Pattern.compile("(?m)^\\s*reg\\b.*\\bMemory\\[0:");

    private Script() {}

    /**
     * The script's text.
     *
     * @param folder where it runs; all files are below, and are named from there
     * @param top the emitted module, or the frame around it
     * @param sources more files than the emitted ones
     */
    static String text(Path folder, Emitted emitted, Target target, String top, List<Path> sources) {
        List<Path> modules = files(emitted.directory());
        String kept = modules.stream()
                .filter(file -> !isMemory(file))
                .map(file -> String.valueOf(file.getFileName()).replaceFirst("\\.sv$", ""))
                .collect(Collectors.joining(" "));
        String all = Stream.concat(modules.stream(), sources.stream())
                .map(file -> folder.relativize(file).toString())
                .collect(Collectors.joining(" "));
        return """
                read_verilog -sv %s
                hierarchy -check -top %s
                setattr -mod -set keep_hierarchy 1 %s
                proc
                opt_clean
                %s
                %s -top %s
                write_json %s
                """.formatted(all, top, kept, products(target), target.command(), top, NETLIST);
    }

    /** How products become those of the target: signed ones narrow, and adders where there is no multiplier block. */
    private static String products(Target target) {
        String narrow = "techmap -map " + SIGNED_PRODUCTS + "\nopt_clean\nwreduce";
        return target.hasMultipliers() ? narrow : narrow + "\ntechmap -map " + SOFT_PRODUCTS + "\nopt_clean";
    }

    /** Puts beside the script what it reads. */
    static void copyMaps(Path folder) {
        for (String map : List.of(SIGNED_PRODUCTS, SOFT_PRODUCTS)) {
            try (var in = Script.class.getResourceAsStream(map)) {
                if (in == null) {
                    throw new IllegalStateException("resource " + map + " is missing from the jar");
                }
                Files.write(folder.resolve(map), in.readAllBytes());
            } catch (IOException e) {
                throw new RtlException(folder.resolve(map) + " cannot be written: " + e.getMessage(), e);
            }
        }
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".sv"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new RtlException(directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isMemory(Path file) {
        try {
            return MEMORY.matcher(Files.readString(file)).find();
        } catch (IOException e) {
            throw new RtlException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
