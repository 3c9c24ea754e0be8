package dev.hwc.rtl.generator.frontend;

import dev.hwc.ir.isa.ProgramCodec;
import dev.hwc.ir.isa.Word;
import dev.hwc.rtl.harness.RtlModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Sends programs into a block's {@code io_stream}, a beat every cycle. */
final class Programs {
    private Programs() {}

    /** After this the clock stands before the cycle behind the last beat. */
    static void send(RtlModel model, int beatBytes, List<List<Word>> programs) {
        for (int q = 0; q < programs.size(); q++) {
            model.poke("io_stream_lengths_" + q, programs.get(q).size());
        }
        model.poke("io_stream_start", 1);
        model.step(1);
        model.poke("io_stream_start", 0);
        model.poke("io_stream_beat_valid", 1);
        for (List<Word> program : programs) {
            sendOne(model, beatBytes, program);
        }
        model.poke("io_stream_beat_valid", 0);
    }

    private static void sendOne(RtlModel model, int beatBytes, List<Word> program) {
        int size = program.size() * ProgramCodec.INSTRUCTION_BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(size + 64).order(ByteOrder.LITTLE_ENDIAN);
        for (Word word : program) {
            bytes.putLong(word.low()).putLong(word.high());
        }
        for (int at = 0; at < size; at += beatBytes) {
            if (beatBytes < 8) {
                model.poke("io_stream_beat_bits_data", bytes.getInt(at));
            } else {
                long[] words = new long[beatBytes / 8];
                for (int i = 0; i < words.length; i++) {
                    words[i] = bytes.getLong(at + 8 * i);
                }
                model.poke("io_stream_beat_bits_data", words);
            }
            model.step(1);
        }
    }
}
