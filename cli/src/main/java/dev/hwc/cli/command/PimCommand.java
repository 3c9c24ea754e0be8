package dev.hwc.cli.command;

import dev.hwc.cli.RunFailure;
import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.StreamedOutput;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.PimSource;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.pim.CxlLink;
import dev.hwc.sim.pim.CxlRun;
import dev.hwc.sim.pim.Parity;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimKernels;
import dev.hwc.sim.pim.PimResult;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.kernel.Elementwise;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hwc pim}: one kernel in memory, every bit and every command checked. */
@Command(
        name = "pim",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Run one kernel on a memory that computes, command by command, against the same memory without.")
final class PimCommand implements Callable<Integer> {
    private static final List<String> KERNELS = List.of("gemv", "add", "mul", "relu");
    private static final List<String> PARITIES = List.of("samsung", "aim");
    private static final int MAXIMUM_SIZE = 1 << 17;
    private static final long MAXIMUM_WEIGHTS = 1L << 28;
    private static final long MAXIMUM_ELEMENTS = 1L << 26;
    private static final int RESULT_BYTES = 4;

    private final Streams streams;

    @Parameters(paramLabel = "KERNEL", description = "gemv, add, mul or relu")
    private String kernel = "";

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "lpddr5-pim (default), hbm2-pim, gddr6-aim, hbm3-bank-pim, or a .csv timing set with units")
    private String device = "lpddr5-pim";

    @Option(names = "--rows", paramLabel = "R", required = true, description = "outputs, or elements of add, mul, relu")
    private long rows;

    @Option(names = "--cols", paramLabel = "C", description = "inputs (1 for add, mul, relu)")
    private long columns = 1;

    @Option(names = "--type", paramLabel = "TYPE", description = "f16, bf16, i8 or i4 (default: the device's)")
    private @Nullable String type;

    @Option(names = "--channels", paramLabel = "N", description = "channels that take part (default: the device's)")
    private @Nullable Integer channels;

    @Option(
            names = "--cxl",
            paramLabel = "N",
            description = "N devices behind a CXL switch, each with a share of the rows")
    private @Nullable Integer devices;

    @Option(names = "--parity", paramLabel = "WHOSE", description = "samsung or aim: that public simulator's mapping")
    private @Nullable String parity;

    @Option(names = "--trace", paramLabel = "FILE", description = "write every command of one channel")
    private @Nullable Path trace;

    @Mixin
    private JsonOption json = new JsonOption();

    PimCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        known("kernel", kernel, KERNELS);
        PimSpec spec = PimSource.find(device);
        check();
        PimReport report;
        try (StreamedOutput file = trace == null ? null : StreamedOutput.open(trace)) {
            Consumer<String> lines = file == null ? _ -> {} : file::line;
            report = run(spec, new PimKernels(spec, format(spec), channels(spec), parity(), lines, System::nanoTime));
            if (file != null) {
                file.finish();
            }
        }
        report.warnings().forEach(w -> streams.err().println("hwc: warning: " + w));
        json.forPeople(streams).out().print(report.text());
        json.write(report.json(), streams);
        fail(report.result());
        return 0;
    }

    private PimReport run(PimSpec spec, PimKernels kernels) {
        long share = devices == null ? rows : Math.ceilDiv(rows, devices);
        PimResult result;
        if (kernel.equals("gemv")) {
            result = kernels.gemv((int) share, (int) columns);
        } else {
            result = kernels.elementwise(Elementwise.Operation.valueOf(kernel.toUpperCase(Locale.ROOT)), share);
        }
        return new PimReport(result, share, columns, behindCxl(result));
    }

    /** Operands of gemv and its results, fp32, cross the link; elements stay where they are. */
    private Optional<CxlRun> behindCxl(PimResult result) {
        if (devices == null) {
            return Optional.empty();
        }
        boolean gemv = kernel.equals("gemv");
        return Optional.of(new CxlRun(
                new CxlLink(new HardwareSpec.Cxl(devices)),
                result,
                gemv ? result.format().operandBytes((int) columns) : 0,
                gemv ? RESULT_BYTES * rows : 0));
    }

    private static void fail(PimResult result) {
        if (result.violations() > 0) {
            throw new RunFailure(
                    "the command stream has " + result.violations() + " violations of timing, the first is "
                            + result.firstViolations().getFirst() + "; this is a defect of hwc");
        }
        if (result.mismatches() > 0) {
            throw new RunFailure(Numbers.grouped(result.mismatches()) + " of " + Numbers.grouped(result.results())
                    + " elements differ from the specification; this is a defect of hwc");
        }
    }

    private void check() {
        if (devices != null && (devices < 1 || devices > HardwareSpec.Cxl.MOST_DEVICES)) {
            throw new UsageException(
                    "--cxl " + devices + ", allowed are 1 to " + HardwareSpec.Cxl.MOST_DEVICES + " devices");
        }
        if (kernel.equals("gemv")) {
            if (rows < 1 || columns < 1 || rows > MAXIMUM_SIZE || columns > MAXIMUM_SIZE) {
                throw new UsageException("gemv " + rows + "x" + columns + ", allowed are 1 to " + MAXIMUM_SIZE);
            }
        } else if (columns != 1) {
            throw new UsageException("--cols " + columns + ", allowed for " + kernel + " is 1; --rows counts elements");
        }
        long most = kernel.equals("gemv") ? MAXIMUM_WEIGHTS : MAXIMUM_ELEMENTS;
        if (rows < 1 || rows > most / columns) {
            throw new UsageException("a kernel of " + rows + "x" + columns + " elements, allowed are 1 to " + most);
        }
    }

    private int channels(PimSpec spec) {
        return channels == null ? spec.defaultChannels() : channels;
    }

    private PimFormat format(PimSpec spec) {
        if (type == null) {
            return spec.formats().getFirst();
        }
        List<String> names =
                Arrays.stream(PimFormat.values()).map(PimFormat::text).toList();
        known("type", type, names);
        return PimFormat.values()[names.indexOf(type)];
    }

    private Parity parity() {
        if (parity == null) {
            return Parity.NONE;
        }
        known("parity", parity, PARITIES);
        return Parity.valueOf(parity.toUpperCase(Locale.ROOT));
    }

    private static void known(String what, String name, List<String> allowed) {
        if (!allowed.contains(name)) {
            throw new UsageException(what + " '" + name + "' is unknown; allowed are " + String.join(", ", allowed)
                    + Nearest.suggestion(name, allowed));
        }
    }
}
