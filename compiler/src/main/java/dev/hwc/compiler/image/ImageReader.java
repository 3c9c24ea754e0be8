package dev.hwc.compiler.image;

import dev.hwc.ir.IrException;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramCodec;
import dev.hwc.ir.isa.Queue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Reads program images that may be damaged or hostile: limits before anything is allocated, exact
 * arithmetic, all checksums before any content is used. Weights stay where they are.
 */
final class ImageReader {
    private final String file;
    private final MemorySegment bytes;
    private final List<ImageFormat.Section> sections = new ArrayList<>();

    /** What an image holds. */
    record Content(
            ImageManifest manifest,
            List<HwxImage.Step> steps,
            Optional<ImageProducts> products,
            Optional<MemorySegment> weights,
            Optional<MemorySegment> constants,
            String sha256) {}

    ImageReader(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    Content read() {
        header();
        String sha256 = checksums();
        if (sections.getFirst().kind() != ImageFormat.Kind.MANIFEST) {
            throw error(sections.getFirst().offset(), "the first section must be the manifest");
        }
        ImageManifest manifest = json(sections.getFirst(), ImageManifest.class);
        requireSections(manifest);
        List<HwxImage.Step> steps = new ArrayList<>();
        for (int i = 0; i < manifest.steps().size(); i++) {
            steps.add(step(manifest.steps().get(i), 1 + 5 * i));
        }
        return new Content(
                manifest,
                steps,
                products(manifest),
                data(ImageFormat.Kind.WEIGHTS),
                data(ImageFormat.Kind.CONSTANTS),
                sha256);
    }

    // ---- header and table ------------------------------------------------------------------------

    private void header() {
        long least = ImageFormat.HEADER_BYTES + ImageFormat.ENTRY_BYTES + ImageFormat.DIGEST_BYTES;
        if (bytes.byteSize() < least) {
            throw error(0, "the file has " + bytes.byteSize() + " bytes; a program image has at least " + least);
        }
        byte[] magic = bytes.asSlice(0, 8).toArray(ValueLayout.JAVA_BYTE);
        if (!Arrays.equals(magic, ImageFormat.MAGIC)) {
            throw error(
                    0,
                    "magic is " + HexFormat.of().formatHex(magic) + ", expected "
                            + HexFormat.of().formatHex(ImageFormat.MAGIC)
                            + "; this is not a program image, or it was moved as text");
        }
        int version = bytes.get(ImageFormat.INT, 8);
        if (version != ImageFormat.VERSION) {
            throw error(
                    8,
                    "version is " + Integer.toUnsignedString(version) + ", supported is " + ImageFormat.VERSION
                            + "; compile the model again with this hwc");
        }
        long size = bytes.get(ImageFormat.LONG, 16);
        if (size != bytes.byteSize()) {
            throw error(
                    16,
                    "the image has " + Long.toUnsignedString(size) + " bytes, the file " + bytes.byteSize()
                            + "; it was cut or something was added; copy it again");
        }
        table(bytes.get(ImageFormat.INT, 12));
    }

    private void table(int count) {
        if (count < 1 || count > ImageFormat.MAX_SECTIONS) {
            throw error(
                    12,
                    "the image has " + Integer.toUnsignedString(count) + " sections, allowed 1.."
                            + ImageFormat.MAX_SECTIONS);
        }
        long end = ImageFormat.HEADER_BYTES + (long) count * ImageFormat.ENTRY_BYTES;
        long limit = bytes.byteSize() - ImageFormat.DIGEST_BYTES;
        if (end > limit) {
            throw error(12, "the table of " + count + " sections ends at byte " + end + ", the sections at " + limit);
        }
        byte[] head = bytes.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE);
        Arrays.fill(head, 28, 32, (byte) 0);
        checkCrc(28, "header and section table", bytes.get(ImageFormat.INT, 28), MemorySegment.ofArray(head));
        for (int i = 0; i < count; i++) {
            long at = ImageFormat.HEADER_BYTES + (long) i * ImageFormat.ENTRY_BYTES;
            ImageFormat.Section section = entry(at, end);
            sections.add(section);
            end = section.end();
        }
        if (end != limit) {
            throw error(end, "the sections end here; expected " + limit + ", where the SHA-256 stands");
        }
    }

    /** An entry of the table; its section must follow {@code previous} at the next aligned offset. */
    private ImageFormat.Section entry(long at, long previous) {
        ImageFormat.Kind kind = ImageFormat.Kind.of(bytes.get(ImageFormat.INT, at), place(at));
        int index = bytes.get(ImageFormat.INT, at + 4);
        long offset = bytes.get(ImageFormat.LONG, at + 8);
        long length = bytes.get(ImageFormat.LONG, at + 16);
        long limit = bytes.byteSize() - ImageFormat.DIGEST_BYTES;
        if (offset != kind.align(previous)) {
            throw error(
                    at + 8,
                    "section " + kind.text() + " starts at byte " + Long.toUnsignedString(offset) + ", expected "
                            + kind.align(previous) + ", behind the section before");
        }
        if (offset > limit || length < 0 || length > Math.min(kind.maxBytes(), limit - offset)) {
            throw error(
                    at + 16,
                    "section " + kind.text() + " has " + Long.toUnsignedString(length) + " bytes, allowed 0.."
                            + Math.max(0, Math.min(kind.maxBytes(), limit - offset)));
        }
        if (bytes.get(ImageFormat.INT, at + 28) != 0) {
            throw error(at + 28, "unused bytes of the section table are set");
        }
        return new ImageFormat.Section(kind, index, offset, length, bytes.get(ImageFormat.INT, at + 24));
    }

    // ---- checksums -------------------------------------------------------------------------------

    private String checksums() {
        for (ImageFormat.Section section : sections) {
            checkCrc(section.offset(), "section " + section.name(), section.crc(), slice(section));
        }
        long end = bytes.byteSize() - ImageFormat.DIGEST_BYTES;
        String stored = HexFormat.of().formatHex(bytes.asSlice(end).toArray(ValueLayout.JAVA_BYTE));
        String computed = HexFormat.of().formatHex(ImageFormat.sha256(bytes.asSlice(0, end)));
        if (!stored.equals(computed)) {
            throw error(
                    end, "SHA-256 is " + stored + ", computed " + computed + "; the image is damaged; copy it again");
        }
        return stored;
    }

    private void checkCrc(long at, String what, int stored, MemorySegment content) {
        int computed = ImageFormat.crc(content);
        if (stored != computed) {
            throw error(
                    at,
                    what + ": CRC-32C is " + HexFormat.of().toHexDigits(stored) + ", computed "
                            + HexFormat.of().toHexDigits(computed) + "; the image is damaged; copy it again");
        }
    }

    // ---- content ---------------------------------------------------------------------------------

    /** Exactly the sections that the manifest announces, in their order. */
    private void requireSections(ImageManifest manifest) {
        List<String> needed = new ArrayList<>();
        needed.add("manifest");
        for (int step = 0; step < manifest.steps().size(); step++) {
            for (int queue = 0; queue < 4; queue++) {
                needed.add("program " + (4 * step + queue));
            }
            needed.add("sources " + step);
        }
        if (manifest.windows().size() > PimProduct.WINDOW) {
            needed.add("products");
        }
        List<String> found = sections.stream().map(ImageFormat.Section::name).toList();
        List<String> withData = new ArrayList<>(needed);
        withData.addAll(List.of("weights", "constants"));
        if (!found.equals(needed) && !found.equals(withData)) {
            throw error(
                    ImageFormat.HEADER_BYTES,
                    "the image has " + found.size() + " sections that end with " + found.getLast()
                            + "; needed for " + manifest.steps().size() + " steps are manifest, per step four programs"
                            + " and sources, with five windows products, then weights and constants or neither");
        }
        requireRoom(ImageFormat.Kind.WEIGHTS, manifest.programOffset(), "programOffset");
        requireRoom(ImageFormat.Kind.CONSTANTS, manifest.windows().get(1).bytes(), "window 1");
    }

    private void requireRoom(ImageFormat.Kind kind, long room, String where) {
        for (ImageFormat.Section section : sections) {
            if (section.kind() == kind && section.bytes() > room) {
                throw error(
                        section.offset(),
                        section.name() + " have " + section.bytes() + " bytes, " + where + " leaves " + room);
            }
        }
    }

    private HwxImage.Step step(ImageManifest.Step entry, int firstSection) {
        Map<Queue, List<Instruction>> streams = new EnumMap<>(Queue.class);
        for (Queue queue : Queue.values()) {
            ImageFormat.Section section = sections.get(firstSection + queue.ordinal());
            streams.put(queue, stream(queue, section));
        }
        ImageFormat.Section section = sections.get(firstSection + 4);
        SourceMap sources = json(section, SourceMap.class);
        try {
            Program program = sources.attach(streams);
            return new HwxImage.Step(entry, program, sources.tensors());
        } catch (IrException e) {
            throw error(section.offset(), section.name() + ": " + e.getMessage());
        }
    }

    private List<Instruction> stream(Queue queue, ImageFormat.Section section) {
        try {
            return ProgramCodec.decode(queue, slice(section).toArray(ValueLayout.JAVA_BYTE));
        } catch (IrException e) {
            throw error(section.offset(), section.name() + ": " + e.getMessage());
        }
    }

    /** The products, all of which must lie in window 4 and have their weights in window 0. */
    private Optional<ImageProducts> products(ImageManifest manifest) {
        Optional<ImageFormat.Section> section = find(ImageFormat.Kind.PRODUCTS);
        Optional<ImageProducts> products = section.map(s -> json(s, ImageProducts.class));
        long weights =
                find(ImageFormat.Kind.WEIGHTS).map(ImageFormat.Section::bytes).orElse(manifest.programOffset());
        products.ifPresent(p -> {
            try {
                p.requireRoom(manifest.windows().get(PimProduct.WINDOW).bytes(), weights);
            } catch (IrException e) {
                throw error(section.orElseThrow().offset(), "section products: " + e.getMessage());
            }
        });
        return products;
    }

    private Optional<ImageFormat.Section> find(ImageFormat.Kind kind) {
        return sections.stream().filter(section -> section.kind() == kind).findFirst();
    }

    private Optional<MemorySegment> data(ImageFormat.Kind kind) {
        return find(kind).map(this::slice);
    }

    private <T> T json(ImageFormat.Section section, Class<T> type) {
        try {
            return ImageFormat.JSON.readValue(slice(section).toArray(ValueLayout.JAVA_BYTE), type);
        } catch (JacksonException e) {
            Throwable cause = e;
            while (!(cause instanceof IrException) && cause.getCause() != null) {
                cause = cause.getCause();
            }
            String message = String.valueOf(cause instanceof IrException ? cause.getMessage() : e.getOriginalMessage());
            throw error(
                    section.offset(),
                    "section " + section.name() + ": "
                            + message.lines().findFirst().orElse(""));
        }
    }

    private MemorySegment slice(ImageFormat.Section section) {
        return bytes.asSlice(section.offset(), section.bytes());
    }

    private String place(long offset) {
        return file + " at byte " + offset;
    }

    private IrException error(long offset, String message) {
        return new IrException(place(offset) + ": " + message);
    }
}
