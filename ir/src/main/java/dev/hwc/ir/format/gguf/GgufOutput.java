package dev.hwc.ir.format.gguf;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Little-endian encoding of GGUF's values, counting the bytes written. */
final class GgufOutput extends OutputStream {
    private final OutputStream output;
    private final byte[] scratch = new byte[8];
    private final MemorySegment word = MemorySegment.ofArray(scratch);
    private long written;

    GgufOutput(OutputStream output) {
        this.output = output;
    }

    @Override
    public void write(int value) throws IOException {
        output.write(value);
        written++;
    }

    @Override
    public void write(byte[] bytes, int start, int count) throws IOException {
        output.write(bytes, start, count);
        written += count;
    }

    @Override
    public void flush() throws IOException {
        output.flush();
    }

    void u32(int value) throws IOException {
        whole(value, 4);
    }

    void u64(long value) throws IOException {
        whole(value, 8);
    }

    void string(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u64(bytes.length);
        write(bytes, 0, bytes.length);
    }

    void typedValue(GgufValue value) throws IOException {
        u32(value.type().id());
        switch (value) {
            case GgufValue.Whole whole -> whole(whole.value(), whole.type().minimumBytes());
            case GgufValue.Real real -> real(real);
            case GgufValue.Bool bool -> write(bool.value() ? 1 : 0);
            case GgufValue.Text text -> string(text.value());
            case GgufValue.TextArray array -> strings(array);
            case GgufValue.NumberArray array -> numbers(array);
        }
    }

    /** Writes zeros up to the next multiple of {@code alignment}. */
    void padTo(int alignment) throws IOException {
        while (written % alignment != 0) {
            write(0);
        }
    }

    private void whole(long value, int bytes) throws IOException {
        word.set(LittleEndian.LONG, 0, value);
        write(scratch, 0, bytes);
    }

    private void real(GgufValue.Real real) throws IOException {
        if (real.type() == GgufValueType.F32) {
            u32(Float.floatToRawIntBits((float) real.value()));
        } else {
            u64(Double.doubleToRawLongBits(real.value()));
        }
    }

    private void strings(GgufValue.TextArray array) throws IOException {
        u32(GgufValueType.STRING.id());
        u64(array.length());
        for (String text : array.values()) {
            string(text);
        }
    }

    private void numbers(GgufValue.NumberArray array) throws IOException {
        u32(array.elementType().id());
        u64(array.length());
        write(array.raw(), 0, array.raw().length);
    }
}
