package dev.hwc.rtl.harness;

import java.util.ArrayList;
import java.util.List;

/**
 * How Verilator's C++ is compiled. The defaults are the cheapest sum of building and of the tests' ten
 * million cycles per size; docs/benchmarks.md has the figures, {@code bench/rtl} measures them again.
 *
 * @param fast the C++ compiler's option for what runs every cycle; {@code -Dhwc.rtl.fast}
 * @param slow the one for what runs once, at the start; {@code -Dhwc.rtl.slow}
 * @param split statements per C++ file; {@code -Dhwc.rtl.split}
 * @param waveform whether the model can write waveforms, which makes it larger and slower
 */
record CompileOptions(String fast, String slow, String split, boolean waveform) {
    /** Nothing but the model's table is visible, so models in one process cannot mix. */
    private static final String C_FLAGS = "-fPIC -fvisibility=hidden -fno-gnu-unique";

    /** The options of this process. Waveforms are looked at a few times, so that building counts most. */
    static CompileOptions standard(boolean waveform) {
        return new CompileOptions(
                System.getProperty("hwc.rtl.fast", waveform ? "-O1" : "-O2"),
                System.getProperty("hwc.rtl.slow", "-O0"),
                System.getProperty("hwc.rtl.split", "20000"),
                waveform);
    }

    /** Options of every C++ file. */
    List<String> cFlags() {
        List<String> flags = new ArrayList<>(List.of(C_FLAGS.split(" ")));
        flags.add("-DVM_TRACE=" + (waveform ? 1 : 0));
        return flags;
    }

    /** Verilator's command for a top whose SystemVerilog stands in {@code sv}; C++ goes to {@code obj}. */
    List<String> verilator(String top) {
        List<String> command = new ArrayList<>(List.of("verilator", "--cc", "-O3", "--x-assign", "fast"));
        command.addAll(List.of("--x-initial", "fast", "--noassert", "-Wno-fatal", "--output-split", split));
        command.addAll(List.of("--prefix", "V" + top, "--top-module", top, "--Mdir", "obj", "-y", "sv"));
        if (waveform) {
            command.add("--trace");
        }
        command.addAll(List.of("-CFLAGS", C_FLAGS, "sv/" + top + ".sv"));
        return command;
    }

    /** The command that compiles what {@link #verilator} wrote. */
    List<String> make(String top) {
        return List.of(
                "make",
                "-s",
                "-j2",
                "-C",
                "obj",
                "-f",
                "V" + top + ".mk",
                "V" + top + "__ALL.a",
                "OPT_FAST=" + fast,
                "OPT_SLOW=" + slow);
    }
}
