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
 * Block and hardware to shared library: emit, verilate, compile, link. A library is kept under a hash of
 * SystemVerilog, shim, options and Verilator's version; {@link BuildIndex} finds it by the hardware's hash
 * and the generator's version without emitting anything. When a tool fails its folder stays, with the
 * SystemVerilog in it, and the message names it.
 */
final class ModelBuilder {
    /** A model ready to be opened. */
    record Built(Path library, List<Port> ports) {}

    /** File name of the library in its folder. */
    static final String LIBRARY = "model.so";

    private record Key(String block, HardwareSpec spec, CompileOptions options) {}

    /** Settings that let the shim reach into memories; firtool names every memory's array so. */
    private static final String PUBLIC = "memories.vlt";

    private static final String PUBLIC_MEMORIES = """
            `verilator_config
            public_flat_rw -module "*" -var "Memory"
            """;

    private static final ConcurrentHashMap<Key, Built> DONE = new ConcurrentHashMap<>();

    private ModelBuilder() {}

    /**
     * The library of this block. Concurrent callers for the same block wait for one build, in this process
     * and in others.
     */
    static Built build(String block, HardwareSpec spec, boolean waveform) {
        return DONE.computeIfAbsent(new Key(block, spec, CompileOptions.standard(waveform)), ModelBuilder::find);
    }

    /** Whether {@link #build} would only look the library up. */
    static boolean isBuilt(String block, HardwareSpec spec, boolean waveform) {
        Key key = new Key(block, spec, CompileOptions.standard(waveform));
        return DONE.containsKey(key) || new BuildIndex(name(key)).read().isPresent();
    }

    private static String name(Key key) {
        Tools.requireAll();
        return key.block() + "-"
                + BuildFolder.hash(List.of(
                        key.spec().hash(),
                        GeneratorVersion.text(),
                        key.options().toString(),
                        verilatorVersion()));
    }

    private static Built find(Key key) {
        String name = name(key);
        BuildIndex index = new BuildIndex(name);
        return index.read()
                .orElseGet(() -> BuildFolder.locked(name, () -> index.read().orElseGet(() -> make(key, index))));
    }

    private static Built make(Key key, BuildIndex index) {
        Path scratch = BuildFolder.scratch(key.block());
        Emitted emitted = emit(key.block(), key.spec(), scratch);
        if (key.spec().scratchpads().secded()) {
            write(scratch.resolve(PUBLIC), PUBLIC_MEMORIES); // for tests that turn bits over
        }
        Built built = finish(scratch, key.block(), emitted, key.options());
        index.write(built);
        return built;
    }

    private static String verilatorVersion() {
        return Tools.run(Path.of("."), List.of("verilator", "--version"));
    }

    /** Builds what stands in {@code sv} of a scratch folder, unless it is kept already. */
    static Built finish(Path scratch, String name, Emitted emitted, CompileOptions options) {
        String verilator = verilatorVersion();
        BuildFolder.copyResources(scratch, List.of("model.h", "shim.cpp"));
        writePorts(scratch.resolve("model_ports.h"), emitted);
        String hash = BuildFolder.hash(scratch, List.of(verilator, options.toString()));
        Path kept = BuildFolder.root().resolve(name + "-" + hash);
        if (Files.isDirectory(kept)) {
            BuildFolder.delete(scratch);
        } else {
            verilate(scratch, emitted.top(), options);
            Tools.run(scratch, options.make(emitted.top()));
            link(scratch, emitted.top(), verilator, options);
            BuildFolder.delete(scratch.resolve("obj"));
            BuildFolder.keep(scratch, kept);
        }
        return new Built(kept.resolve(LIBRARY), emitted.ports());
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
        write(file, text);
    }

    private static void write(Path file, CharSequence text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new RtlException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void verilate(Path scratch, String top, CompileOptions options) {
        List<String> command = new ArrayList<>(options.verilator(top));
        if (Files.exists(scratch.resolve(PUBLIC))) {
            command.addAll(1, List.of("--vpi", PUBLIC));
        }
        Tools.run(scratch, command);
    }

    private static void link(Path scratch, String top, String verilator, CompileOptions options) {
        String include = VerilatorRuntime.include();
        List<String> command =
                new ArrayList<>(List.of("g++", "-std=gnu++17", "-shared", options.fast(), "-Wl,-Bsymbolic"));
        command.addAll(options.cFlags());
        command.addAll(List.of("-Iobj", "-I" + include, "-I" + include + "/vltstd", "shim.cpp"));
        command.add("obj/V" + top + "__ALL.a");
        VerilatorRuntime.objects(verilator, options).forEach(object -> command.add(object.toString()));
        command.addAll(List.of("-lpthread", "-o", LIBRARY));
        Tools.run(scratch, command);
    }
}
