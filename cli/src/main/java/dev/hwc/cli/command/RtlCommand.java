package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.ir.device.RegisterText;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.rtl.Emit;
import dev.hwc.rtl.Emitted;
import dev.hwc.rtl.harness.AcceleratorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc rtl}: the accelerator as SystemVerilog. */
@Command(
        name = "rtl",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Write the accelerator as SystemVerilog, with a file list and a C header of its registers.")
final class RtlCommand implements Callable<Integer> {
    private static final String VERILOG = ".sv";
    private static final String FILE_LIST = "filelist.f";
    private static final String HEADER = "hwc_registers.h";
    /** Where firtool puts the assertions of a design; this one has none. */
    private static final String LAYERS = "verification";

    private final Streams streams;

    @Option(names = "--hw", paramLabel = "HW", required = true, description = "hardware: a preset or a .yaml file")
    private String hardware = "";

    @Option(names = "-o", paramLabel = "DIR", required = true, description = "folder to make; may exist if empty")
    private Path output = Path.of("");

    @Mixin
    private JsonOption json = new JsonOption();

    RtlCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        HardwareSpec spec = HardwareSource.find(hardware);
        OutputFolder.of(output).fill(folder -> write(spec, folder));
        List<String> files = names(output);
        List<String> modules = files.stream()
                .filter(file -> file.endsWith(VERILOG))
                .map(file -> file.substring(0, file.length() - VERILOG.length()))
                .toList();
        json.forPeople(streams)
                .out()
                .println(output + ": " + modules.size() + " modules, top " + AcceleratorModel.BLOCK + ", hardware "
                        + spec.name() + ", hash " + spec.hash());
        ObjectNode result = JsonOption.result(Optional.of(spec));
        result.put("top", AcceleratorModel.BLOCK);
        modules.forEach(result.putArray("modules")::add);
        files.forEach(result.putArray("files")::add);
        result.put("hash", spec.hash());
        json.write(result, streams);
        return 0;
    }

    private static void write(HardwareSpec spec, Path folder) {
        Emitted emitted = Emit.emit(AcceleratorModel.BLOCK, spec, folder);
        OutputFolder.delete(folder.resolve(LAYERS));
        try {
            List<String> list = new ArrayList<>(names(folder));
            list.removeIf(file -> !file.endsWith(VERILOG));
            Files.writeString(emitted.directory().resolve(FILE_LIST), String.join("\n", list) + "\n");
            Files.writeString(emitted.directory().resolve(HEADER), RegisterText.header(spec));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::getFileName).map(Path::toString).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
