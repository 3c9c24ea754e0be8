package dev.hwc.rtl.harness;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.Emit;
import dev.hwc.rtl.Emitted;
import dev.hwc.rtl.Port;
import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Block and hardware to shared library: emit, verilate, compile, link. A library is built once per
 * SystemVerilog, shim and Verilator version, and a block is emitted once per process. When a tool
 * fails its folder stays, with the SystemVerilog in it, and the message names it.
 */
final class ModelBuilder {
    /** A model ready to be opened. */
    record Built(Path library, List<Port> ports) {}

    private record Key(String block, HardwareSpec spec) {}

    private static final String OPTIMIZE = "-O2";
    /** Nothing but the model's table is visible, so models in one process cannot mix. */
    private static final String C_FLAGS = "-fPIC -fvisibility=hidden -fno-gnu-unique";

    private static final ConcurrentHashMap<Key, Built> DONE = new ConcurrentHashMap<>();

    private ModelBuilder() {}

    /** The library of this block; concurrent callers for the same block wait for one build. */
    static Built build(String block, HardwareSpec spec) {
        return DONE.computeIfAbsent(new Key(block, spec), k -> make(k.block(), k.spec()));
    }

    private static Built make(String block, HardwareSpec spec) {
        Path scratch = BuildFolder.scratch(block);
        return finish(scratch, block, emit(block, spec, scratch));
    }

    /** Builds what stands in {@code sv} of a scratch folder, unless it is kept already. */
    static Built finish(Path scratch, String name, Emitted emitted) {
        String verilator = Tools.run(Path.of("."), List.of("verilator", "--version"));
        BuildFolder.copyResources(scratch, List.of("model.h", "shim.cpp"));
        writePorts(scratch.resolve("model_ports.h"), emitted);
        Path kept = BuildFolder.root()
                .resolve(name + "-" + BuildFolder.hash(scratch, List.of(verilator, OPTIMIZE, C_FLAGS)));
        if (Files.isDirectory(kept)) {
            BuildFolder.delete(scratch);
        } else {
            verilate(scratch, emitted.top());
            link(scratch, emitted.top(), verilator);
            BuildFolder.delete(scratch.resolve("obj"));
            BuildFolder.keep(scratch, kept);
        }
        return new Built(kept.resolve("model.so"), emitted.ports());
    }

    private static Emitted emit(String block, HardwareSpec spec, Path scratch) {
        boolean done = false;
        try {
            Emitted emitted = Emit.emit(block, spec, scratch.resolve("sv"));
            done = true;
            return emitted;
        } finally {
            if (!done) {
                BuildFolder.delete(scratch);
            }
        }
    }

    private static void writePorts(Path file, Emitted emitted) {
        StringBuilder text =
                new StringBuilder("// generated from ports.json by ModelBuilder, do not edit\n#pragma once\n");
        String model = "V" + emitted.top();
        text.append("#include \"")
                .append(model)
                .append(".h\"\nusing Model = ")
                .append(model)
                .append(";\n");
        text.append("#define PORT_COUNT ").append(emitted.ports().size()).append("\n#define PORTS");
        for (Port port : emitted.ports()) {
            text.append(" \\\n  PORT(")
                    .append(port.name())
                    .append(", ")
                    .append(port.width())
                    .append(')');
        }
        text.append('\n');
        if (emitted.ports().stream().anyMatch(p -> p.name().equals(RtlModel.CLOCK))) {
            text.append("#define CLOCK ").append(RtlModel.CLOCK).append('\n');
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new RtlException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void verilate(Path scratch, String top) {
        List<String> command = new ArrayList<>(List.of("verilator", "--cc", "-O3", "--x-assign", "fast"));
        command.addAll(List.of("--x-initial", "fast", "--noassert", "-Wno-fatal", "--output-split", "20000"));
        command.addAll(List.of("--prefix", "V" + top, "--top-module", top, "--Mdir", "obj", "-y", "sv"));
        command.addAll(List.of("-CFLAGS", C_FLAGS, "sv/" + top + ".sv"));
        Tools.run(scratch, command);
        String makefile = "V" + top + ".mk";
        Tools.run(
                scratch,
                List.of(
                        "make",
                        "-s",
                        "-j2",
                        "-C",
                        "obj",
                        "-f",
                        makefile,
                        "V" + top + "__ALL.a",
                        "OPT_FAST=" + OPTIMIZE,
                        "OPT_SLOW=-O1"));
    }

    private static void link(Path scratch, String top, String verilator) {
        List<String> command = new ArrayList<>(List.of("g++", "-std=gnu++17", "-shared", OPTIMIZE, "-Wl,-Bsymbolic"));
        command.addAll(List.of(C_FLAGS.split(" ")));
        command.addAll(List.of(
                "-Iobj", "-I" + VerilatorRuntime.include(), "-I" + VerilatorRuntime.include() + "/vltstd", "shim.cpp"));
        command.add("obj/V" + top + "__ALL.a");
        command.addAll(VerilatorRuntime.objects(verilator, C_FLAGS, OPTIMIZE).stream()
                .map(Path::toString)
                .toList());
        command.addAll(List.of("-lpthread", "-o", "model.so"));
        Tools.run(scratch, command);
    }
}
