package dev.hwc.cli.output;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Shows the clocks of a slow step beside the progress bar that is on the screen. Any thread may call it. */
public final class ClockNote implements LongConsumer {
    private volatile @Nullable Progress shown;

    /** From now on beside this bar. */
    public void beside(Progress progress) {
        shown = progress;
    }

    @Override
    public void accept(long clocks) {
        Progress progress = shown;
        if (progress != null) {
            progress.note(Numbers.grouped(clocks) + " clocks");
        }
    }
}
