package dev.hwc.cli.command;

import dev.hwc.cli.output.OutputFile;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.RunFile;
import dev.hwc.reports.html.HtmlReport;
import dev.hwc.reports.model.RunReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hwc report}: a run as one HTML page that needs no network. */
@Command(name = "report", mixinStandardHelpOptions = true, description = "Write a run as one offline HTML page.")
final class ReportCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "RUN.json", description = "a result of generate or bench with --json, or a run report")
    private Path run = Path.of("");

    @Option(names = "-o", paramLabel = "FILE.html", required = true, description = "the page")
    private Path target = Path.of("");

    ReportCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        OutputFile file = OutputFile.of(target);
        RunReport report = RunFile.read(run);
        file.write(HtmlReport.render(report));
        streams.err().println("wrote " + target);
        return 0;
    }
}
