package dev.hwc.rtl.harness;

import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A waveform being written: to a file beside the one that was asked for, which is renamed at the end. */
final class WaveformFile implements AutoCloseable {
    private final long model;
    private final Waveform waveform;
    private final Path fresh;

    /**
     * Starts writing.
     *
     * @param model handle of {@link NativeModel}, built for waveforms
     */
    WaveformFile(long model, Waveform waveform) {
        this.model = model;
        this.waveform = waveform;
        Path target = waveform.file().toAbsolutePath();
        fresh = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        fresh.toFile().deleteOnExit();
        if (!NativeModel.trace(model, fresh.toString(), waveform.from(), waveform.clocks())) {
            delete();
            throw new RtlException(
                    "waveform " + target + " cannot be opened, or its model was built without waveforms");
        }
    }

    /**
     * Completes the file.
     *
     * @throws RtlException when it could not be written; then it is not there
     */
    @Override
    public void close() {
        boolean complete = NativeModel.endTrace(model);
        try {
            if (complete) {
                Files.move(
                        fresh,
                        waveform.file().toAbsolutePath(),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new RtlException("waveform " + waveform.file() + " cannot be written: " + e, e);
        }
        if (!complete) {
            delete();
            throw new RtlException("waveform " + waveform.file()
                    + " cannot be written; free space, or take fewer clocks; nothing was left behind");
        }
    }

    private void delete() {
        try {
            Files.deleteIfExists(fresh);
        } catch (IOException e) {
            throw new RtlException("file " + fresh + " cannot be deleted: " + e, e);
        }
    }
}
