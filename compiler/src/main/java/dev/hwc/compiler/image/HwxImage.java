package dev.hwc.compiler.image;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.WholeFile;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.ProgramValidator;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program image, the {@code .hwx} file (docs/spec/image.md): everything a host needs to run a
 * compiled model on the hardware it was compiled for. Weights and constants are mapped from the file,
 * not read; they are valid until the image is closed, and the file must not change before.
 */
public final class HwxImage implements AutoCloseable {
    private final Path file;
    private final Arena arena;
    private final ImageReader.Content content;

    /**
     * The program for a step.
     *
     * @param tensors weights per operator label of the program
     */
    public record Step(ImageManifest.Step entry, Program program, Map<String, List<String>> tensors) {
        /** The step as a host starts it. */
        StepJob job(int context) {
            return new StepJob(
                    program, entry.tokens(), context, entry.arguments(), entry.macs(), entry.macsPerPosition());
        }
    }

    private HwxImage(Path file, Arena arena, ImageReader.Content content) {
        this.file = file;
        this.arena = arena;
        this.content = content;
    }

    /**
     * Writes an image, whole or not at all. Equal models give equal bytes.
     *
     * @param stepTokens numbers of tokens to make programs for, each with logits and without them, for
     *     the steps of a prefill that are not the last
     * @throws dev.hwc.compiler.CompileException when a step does not fit the hardware
     * @throws IrException when the file cannot be written
     */
    public static void write(CompiledModel model, List<Integer> stepTokens, Path file) {
        ImageWriter.write(model, stepTokens, file, new WholeFile());
    }

    /**
     * Opens an image of any hardware, for looking at it: checksums and structure are checked.
     *
     * @throws IrException with the offset of what is wrong
     */
    public static HwxImage read(Path file) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new HwxImage(file, arena, new ImageReader(file.toString(), bytes).read());
        } catch (NoSuchFileException e) {
            arena.close();
            throw new IrException(file + " does not exist; compile a model with -o to make it", e);
        } catch (IOException e) {
            arena.close();
            throw new IrException(file + " cannot be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Opens an image for running it.
     *
     * @throws IrException as {@link #read(Path)}; when the image was made for other hardware; when a
     *     program breaks a rule of the instruction set
     */
    public static HwxImage read(Path file, HardwareSpec hardware) {
        HwxImage image = read(file);
        try {
            image.requireHardware(hardware);
            image.requireProducts(hardware);
            image.content.steps().forEach(step -> image.check(step, hardware));
            return image;
        } catch (RuntimeException e) {
            image.close();
            throw e;
        }
    }

    private void requireHardware(HardwareSpec hardware) {
        ImageManifest.Hardware made = manifest().hardware();
        if (!made.hash().equals(hardware.hash())) {
            throw new IrException(file + " was compiled for " + made.name() + " (hash " + made.hash()
                    + "), the hardware is " + hardware.name() + " (hash " + hardware.hash()
                    + "); compile the model for this hardware");
        }
    }

    private void requireProducts(HardwareSpec hardware) {
        if (products().isPresent() != (hardware.pim() != null)) {
            throw new IrException(file + " has " + (products().isPresent() ? "products" : "no products")
                    + " of memory that computes, the hardware " + hardware.name() + " has "
                    + (hardware.pim() == null ? "no such memory" : "such memory") + "; compile the model again");
        }
        try {
            products().ifPresent(p -> p.requireGroups(hardware));
        } catch (IrException e) {
            throw new IrException(file + ": " + e.getMessage(), e);
        }
    }

    private void check(Step step, HardwareSpec hardware) {
        try {
            ProgramValidator.check(step.program(), hardware);
        } catch (IrException e) {
            throw new IrException(file + ", step of " + step.entry().tokens() + " tokens: " + e.getMessage(), e);
        }
    }

    public ImageManifest manifest() {
        return content.manifest();
    }

    /** Steps in the order of the manifest. */
    public List<Step> steps() {
        return content.steps();
    }

    /** The program for a step of this many tokens, if the image has one. */
    public Optional<Step> step(int tokens, boolean logits) {
        return steps().stream()
                .filter(step -> step.entry().tokens() == tokens && step.entry().logits() == logits)
                .findFirst();
    }

    /** What stands in window 4, where there is memory that computes. */
    public Optional<ImageProducts> products() {
        return content.products();
    }

    /** What window 0 starts with; absent for a shape without weights. */
    public Optional<MemorySegment> weights() {
        return content.weights();
    }

    /** What window 1 starts with; absent for a shape without weights. */
    public Optional<MemorySegment> constants() {
        return content.constants();
    }

    /** SHA-256 of the image in hexadecimal, which names its content. */
    public String sha256() {
        return content.sha256();
    }

    @Override
    public void close() {
        arena.close();
    }
}
