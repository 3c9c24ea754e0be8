package dev.hwc.ir.device;

import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramCodec;
import dev.hwc.ir.isa.Queue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs of a job as they lie in memory: one queue's behind the other's, each from a whole beat on.
 *
 * @param places what the job descriptor says of them, in the order of the queues
 * @param streams their bytes, in the same order
 */
public record PlacedPrograms(List<JobDescriptor.Program> places, List<byte[]> streams) {
    public PlacedPrograms {
        places = List.copyOf(places);
        streams = List.copyOf(streams);
    }

    /**
     * Places a program.
     *
     * @param offset where its first instruction stands in window 0, a multiple of the beat
     */
    public static PlacedPrograms of(Program program, long offset, int beatBytes) {
        List<JobDescriptor.Program> places = new ArrayList<>();
        List<byte[]> streams = new ArrayList<>();
        long at = offset;
        for (Queue queue : Queue.values()) {
            byte[] stream = ProgramCodec.encode(queue, program.stream(queue));
            places.add(new JobDescriptor.Program(at, program.stream(queue).size()));
            streams.add(stream);
            at += Math.ceilDiv(stream.length, beatBytes) * (long) beatBytes;
        }
        return new PlacedPrograms(places, streams);
    }

    /** Offset of the first program in window 0. */
    public long offset() {
        return places.getFirst().offset();
    }

    /** Writes all programs to a segment whose first byte is the one at {@link #offset}. */
    public void write(MemorySegment segment) {
        for (int q = 0; q < streams.size(); q++) {
            byte[] stream = streams.get(q);
            MemorySegment.copy(
                    stream, 0, segment, ValueLayout.JAVA_BYTE, places.get(q).offset() - offset(), stream.length);
        }
    }
}
