package dev.hwc.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where an interrupted training run goes on: the number of steps taken and the weights. The moments of the optimizer are
 * not kept; a continued run begins them anew and warms up again.
 *
 * @param step steps taken
 * @param weights in the order of {@link Shape#parameters()}
 */
record Checkpoint(int step, float[] weights) {
    /** Replaces the file at once, so that a run stopped while writing leaves the older one. */
    void write(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + Float.BYTES * weights.length);
        bytes.putInt(step).asFloatBuffer().put(weights);
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.write(whole, bytes.array());
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Reads what {@link #write} wrote. */
    static Checkpoint read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        int step = bytes.getInt();
        float[] weights = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(weights);
        return new Checkpoint(step, weights);
    }
}
