package dev.hwc.rtl.generator.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.rtl.generator.LoadKind;
import dev.hwc.rtl.harness.RtlModel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The ports of JobController. An input that does not change is not poked again. */
final class JobPorts implements AutoCloseable {
    private final RtlModel model;
    private final Map<String, Long> poked = new HashMap<>();
    private final int[] arguments = new int[4];

    JobPorts(RtlModel model) {
        this.model = model;
    }

    void poke(String port, long value) {
        Long before = poked.put(port, value);
        if (before == null || before != value) {
            model.poke(port, value);
        }
    }

    boolean is(String port) {
        return model.peek(port) == 1;
    }

    long peek(String port) {
        return model.peek(port);
    }

    long[] words(String port) {
        return model.peekWords(port);
    }

    void eval() {
        model.eval();
    }

    void step(long cycles) {
        model.step(cycles);
    }

    /** Beats of a fetch; a short one takes the low bits of its word. */
    static List<JobEngines.Beat> beats(ByteBuffer data, int beatBytes) {
        List<JobEngines.Beat> beats = new ArrayList<>();
        while (data.hasRemaining()) {
            long[] words = new long[Math.max(1, beatBytes / Long.BYTES)];
            for (int i = 0; i < words.length; i++) {
                words[i] = beatBytes < Long.BYTES ? data.getInt() & 0xFFFF_FFFFL : data.getLong();
            }
            beats.add(new JobEngines.Beat(words, !data.hasRemaining()));
        }
        return beats;
    }

    void beat(JobEngines.@Nullable Beat beat) {
        poke("io_beat_valid", beat == null ? 0 : 1);
        if (beat != null) {
            model.poke("io_beat_bits_data", beat.data());
            poke("io_beat_bits_last", beat.last() ? 1 : 0);
        }
    }

    void checkFetchIsOneRow() {
        assertEquals(LoadKind.Fetch(), peek("io_fetch_bits_kind"), "kind of a fetch");
        assertEquals(1, peek("io_fetch_bits_rows"), "rows of a fetch");
        assertEquals(0, peek("io_fetch_bits_window"), "window of a fetch");
    }

    /** Each queue asks for one. */
    void randomArguments(Random random) {
        for (int q = 0; q < arguments.length; q++) {
            arguments[q] = random.nextInt(32);
            poke("io_argumentIndex_" + q, arguments[q]);
        }
    }

    void checkArguments(JobImage job) {
        for (int q = 0; q < arguments.length; q++) {
            assertEquals(job.argument(arguments[q]), peek("io_argument_" + q), "argument");
        }
    }

    void checkWindows(JobImage job) {
        for (int w = 0; w < 8; w++) {
            String port = "io_windows_" + w + "_";
            assertEquals(job.words[JobImage.WINDOWS + 2 * w], peek(port + "base"), "base");
            long limit = job.words[JobImage.WINDOWS + 2 * w + 1];
            assertEquals(limit & (1L << JobImage.ADDRESS_BITS + 1) - 1, peek(port + "limit"), "limit");
            assertEquals(limit >>> JobImage.READABLE & 1, peek(port + "readable"), "readable");
            assertEquals(limit >>> JobImage.WRITABLE & 1, peek(port + "writable"), "writable");
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
