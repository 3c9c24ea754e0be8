package dev.hwc.cli.output;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar on standard error when that is a terminal; otherwise nothing. */
public final class Progress implements AutoCloseable {
    private static final int COLUMNS = 78;

    private final @Nullable ProgressBar bar;

    /** Starts at 0 of {@code total}. */
    public Progress(Streams streams, String task, long total) {
        this.bar = streams.terminal()
                ? new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setConsumer(new ConsoleProgressBarConsumer(streams.err(), COLUMNS))
                        .clearDisplayOnFinish()
                        .build()
                : null;
    }

    /** This many are done. Any thread may call it. */
    public void at(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    /** One more is done. Any thread may call it. */
    public void step() {
        if (bar != null) {
            bar.step();
        }
    }

    /** A short text behind the bar. Any thread may call it. */
    public void note(String text) {
        if (bar != null) {
            bar.setExtraMessage(" " + text);
            bar.refresh();
        }
    }

    /** Removes the bar. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
