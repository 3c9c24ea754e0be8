package dev.hwc.compiler.image;

import dev.hwc.compiler.lower.ModelLayout;
import dev.hwc.compiler.lower.WeightStream;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.format.WholeFile;
import dev.hwc.ir.isa.ProgramCodec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.text.TensorPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Writes program images. The bytes depend on model, hardware and steps alone. */
final class ImageWriter {
    private static final List<String> WINDOWS = List.of("weights", "constants", "kv", "io", "products");

    private final CompiledModel model;
    private final List<Part> parts = new ArrayList<>();

    /** A step to be written. */
    private record Step(StepProgram program, StepJob job, boolean logits, List<Placement> places) {}

    /** A section and its bytes. */
    private record Part(ImageFormat.Section section, MemorySegment bytes) {}

    private ImageWriter(CompiledModel model) {
        this.model = model;
    }

    static void write(CompiledModel model, List<Integer> stepTokens, Path file, WholeFile target) {
        new ImageWriter(model).write(stepTokens, file, target);
    }

    private void write(List<Integer> stepTokens, Path file, WholeFile target) {
        List<Step> steps = new ArrayList<>();
        for (int tokens : stepTokens.stream().distinct().sorted().toList()) {
            List<Placement> places = model.placements(tokens);
            steps.add(new Step(model.step(tokens), model.job(tokens, true), true, places));
            steps.add(new Step(model.step(tokens, false), model.job(tokens, false), false, places));
        }
        boolean window = model.windowBytes().size() > PimProduct.WINDOW;
        int sections =
                1 + 5 * steps.size() + (window ? 1 : 0) + (model.weights().isPresent() ? 2 : 0);
        parts.clear();
        long start = ImageFormat.HEADER_BYTES + (long) ImageFormat.ENTRY_BYTES * sections;
        add(start, ImageFormat.Kind.MANIFEST, 0, json(manifest(steps)));
        for (int i = 0; i < steps.size(); i++) {
            step(i, steps.get(i));
        }
        if (window) {
            add(ImageFormat.Kind.PRODUCTS, 0, json(ImageProducts.of(model.layout())));
        }
        model.weights().ifPresent(bytes -> add(ImageFormat.Kind.WEIGHTS, 0, bytes));
        model.constants().ifPresent(bytes -> add(ImageFormat.Kind.CONSTANTS, 0, bytes));
        target.write(file, this::body);
    }

    private void step(int index, Step step) {
        for (Queue queue : Queue.values()) {
            byte[] stream = ProgramCodec.encode(queue, step.program().program().stream(queue));
            add(ImageFormat.Kind.PROGRAM, 4 * index + queue.ordinal(), MemorySegment.ofArray(stream));
        }
        SourceMap sources = SourceMap.of(step.program().program(), model.tensors());
        add(ImageFormat.Kind.SOURCES, index, json(sources));
    }

    private static MemorySegment json(Object value) {
        return MemorySegment.ofArray(ImageFormat.JSON.writeValueAsBytes(value));
    }

    private void add(ImageFormat.Kind kind, int index, MemorySegment bytes) {
        add(parts.getLast().section().end(), kind, index, bytes);
    }

    private void add(long from, ImageFormat.Kind kind, int index, MemorySegment bytes) {
        parts.add(new Part(
                new ImageFormat.Section(kind, index, kind.align(from), bytes.byteSize(), ImageFormat.crc(bytes)),
                bytes));
    }

    // ---- manifest --------------------------------------------------------------------------------

    private ImageManifest manifest(List<Step> steps) {
        ModelLayout layout = model.layout();
        String text = TensorPrinter.print(model.tensors());
        return new ImageManifest(
                ImageFormat.HWC_VERSION,
                new ImageManifest.Source(model.tensors().name(), HexFormat.of().formatHex(ImageFormat.sha256(text))),
                new ImageManifest.Hardware(model.spec().name(), model.spec().hash()),
                layout.context(),
                windows(),
                model.programOffset(),
                tokens(layout),
                layout.network().vocabulary(),
                steps.stream().map(this::entry).toList());
    }

    private List<ImageManifest.Window> windows() {
        List<Long> bytes = model.windowBytes();
        return IntStream.range(0, bytes.size())
                .mapToObj(i -> new ImageManifest.Window(i, WINDOWS.get(i), bytes.get(i), i < 2 ? "r" : "rw"))
                .toList();
    }

    private static ImageManifest.TokenTable tokens(ModelLayout layout) {
        WeightStream table = layout.table();
        int columns = layout.table().tileColumns();
        long segment = layout.tokenOffsets(1)[0]; // codes of the second token of a tile
        return new ImageManifest.TokenTable(
                Math.toIntExact(layout.network().table().rows()), columns, table.tileBytes(), Math.toIntExact(segment));
    }

    private ImageManifest.Step entry(Step step) {
        StepProgram program = step.program();
        return new ImageManifest.Step(
                program.tokens(),
                step.logits(),
                model.layout().logitsOffset(program.tokens()),
                program.scratchpadPeakBytes(),
                step.job().macs(),
                step.job().macsPerPosition(),
                step.job().arguments(),
                step.places().stream().map(ImageManifest.Place::of).toList());
    }

    // ---- bytes -----------------------------------------------------------------------------------

    private void body(OutputStream output) throws IOException {
        MessageDigest digest = ImageFormat.sha256();
        DigestOutputStream hashed = new DigestOutputStream(output, digest);
        MemorySegment head = head();
        write(head, hashed);
        long at = head.byteSize();
        for (Part part : parts) {
            hashed.write(new byte[Math.toIntExact(part.section().offset() - at)]);
            write(part.bytes(), hashed);
            at = part.section().end();
        }
        output.write(digest.digest());
    }

    private static void write(MemorySegment bytes, OutputStream output) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (long at = 0; at < bytes.byteSize(); at += buffer.length) {
            int length = (int) Math.min(buffer.length, bytes.byteSize() - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, buffer, 0, length);
            output.write(buffer, 0, length);
        }
    }

    private MemorySegment head() {
        int table = parts.size() * ImageFormat.ENTRY_BYTES;
        MemorySegment head = MemorySegment.ofArray(new byte[ImageFormat.HEADER_BYTES + table]);
        head.asSlice(0, 8).copyFrom(MemorySegment.ofArray(ImageFormat.MAGIC));
        head.set(ImageFormat.INT, 8, ImageFormat.VERSION);
        head.set(ImageFormat.INT, 12, parts.size());
        head.set(ImageFormat.LONG, 16, parts.getLast().section().end() + ImageFormat.DIGEST_BYTES);
        long at = ImageFormat.HEADER_BYTES;
        for (Part part : parts) {
            ImageFormat.Section section = part.section();
            head.set(ImageFormat.INT, at, section.kind().code());
            head.set(ImageFormat.INT, at + 4, section.index());
            head.set(ImageFormat.LONG, at + 8, section.offset());
            head.set(ImageFormat.LONG, at + 16, section.bytes());
            head.set(ImageFormat.INT, at + 24, section.crc());
            at += ImageFormat.ENTRY_BYTES;
        }
        head.set(ImageFormat.INT, 28, ImageFormat.crc(head)); // the field itself counts as 0
        return head;
    }
}
