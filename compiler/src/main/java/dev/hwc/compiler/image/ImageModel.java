package dev.hwc.compiler.image;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A program image, ready to run on its hardware: the same jobs as the compiled model it was written
 * from, in steps of the sizes that it has.
 */
public final class ImageModel implements ModelJobs, AutoCloseable {
    private final HwxImage image;
    private final HardwareSpec spec;
    private final ImageManifest manifest;
    /** Sizes of steps, the largest first. */
    private final List<Integer> sizes;

    private ImageModel(HwxImage image, HardwareSpec spec) {
        this.image = image;
        this.spec = spec;
        this.manifest = image.manifest();
        this.sizes = image.steps().stream()
                .filter(step -> step.entry().logits())
                .map(step -> step.entry().tokens())
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /**
     * Opens an image for running it.
     *
     * @throws dev.hwc.ir.IrException as {@link HwxImage#read(Path, HardwareSpec)}
     */
    public static ImageModel open(Path file, HardwareSpec hardware) {
        return new ImageModel(HwxImage.read(file, hardware), hardware);
    }

    /** The file's content. */
    public HwxImage image() {
        return image;
    }

    @Override
    public HardwareSpec spec() {
        return spec;
    }

    @Override
    public int context() {
        return manifest.context();
    }

    @Override
    public int vocabulary() {
        return manifest.vocabulary();
    }

    @Override
    public int maxTokens() {
        return sizes.isEmpty() ? 0 : sizes.getFirst();
    }

    /** As few steps as the sizes allow, larger ones first. */
    @Override
    public List<Integer> promptSteps(int tokens, long position) {
        if (tokens < 1 || position < 0 || position + tokens > context()) {
            throw new CompileException("a prompt of " + tokens + " tokens at position " + position
                    + " exceeds the context of " + context() + " tokens the image was compiled for");
        }
        int[] first = new int[tokens + 1]; // size of the largest first step of a best cut; 0: there is none
        int[] count = new int[tokens + 1];
        for (int n = 1; n <= tokens; n++) {
            for (int size : sizes) {
                boolean possible = size == n || size < n && first[n - size] > 0;
                if (possible && (first[n] == 0 || count[n - size] + 1 < count[n])) {
                    first[n] = size;
                    count[n] = count[n - size] + 1;
                }
            }
        }
        if (first[tokens] == 0) {
            throw new CompileException("the image has steps of " + sizes + " tokens; a prompt of " + tokens
                    + " cannot be cut into them; compile it with --steps that can");
        }
        List<Integer> steps = new ArrayList<>();
        for (int rest = tokens; rest > 0; rest -= first[rest]) {
            steps.add(first[rest]);
        }
        return steps;
    }

    @Override
    public StepJob job(int tokens, boolean logits) {
        return step(tokens, logits)
                .orElseThrow(() -> new CompileException("the image has no step of " + tokens + " tokens with logits "
                        + (logits ? "on" : "off") + "; it has steps of " + sizes + "; compile it with --steps that do"))
                .job(context());
    }

    private Optional<HwxImage.Step> step(int tokens, boolean logits) {
        return image.step(tokens, logits);
    }

    @Override
    public long programOffset() {
        return manifest.programOffset();
    }

    @Override
    public List<Long> windowBytes() {
        return manifest.windows().stream().map(ImageManifest.Window::bytes).toList();
    }

    @Override
    public Optional<MemorySegment> weights() {
        return image.weights();
    }

    @Override
    public Optional<MemorySegment> constants() {
        return image.constants();
    }

    @Override
    public List<PimProduct> products() {
        return image.products().map(ImageProducts::window).orElse(List.of());
    }

    @Override
    public List<PimAttention> attention() {
        return image.products().map(ImageProducts::attention).orElse(List.of());
    }

    @Override
    public BlockMatrix productMatrix(int product, int part) {
        ImageProducts.Product described =
                image.products().orElseThrow().products().get(product);
        ImageProducts.Part matrix = described.parts().get(part);
        return WeightPacker.unpack(
                spec, matrix.stream(described.inputs()), weights().orElseThrow(), matrix.offset());
    }

    @Override
    public List<Placement> placements(int tokens) {
        return step(tokens, true).map(step -> step.entry().placements()).orElse(List.of());
    }

    @Override
    public long[] tokenOffsets(int id) {
        return manifest.tokens().offsets(id);
    }

    @Override
    public long logitsOffset(int tokens) {
        return step(tokens, true).orElseThrow().entry().logitsOffset();
    }

    @Override
    public void close() {
        image.close();
    }
}
