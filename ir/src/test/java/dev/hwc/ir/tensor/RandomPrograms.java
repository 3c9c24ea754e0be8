package dev.hwc.ir.tensor;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.RopeStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random correct programs that use every operation, for property tests. */
public final class RandomPrograms {
    private static final int WIDTH = 64;

    private final Random random;
    private final List<Value> values = new ArrayList<>();
    private final Value tokens = new Value("tokens", TensorType.i32(Dim.tokens()));
    private final boolean plain;
    private int names;
    private int layers;

    private RandomPrograms(Random random, boolean plain) {
        this.random = random;
        this.plain = plain;
    }

    /** A program of up to about twenty operations; all values between are [M,64]f32. */
    public static TensorProgram next(Random random) {
        return new RandomPrograms(random, false).program();
    }

    /** As {@link #next} with the operations of a llama alone, which every arithmetic has. */
    public static TensorProgram nextLlama(Random random) {
        return new RandomPrograms(random, true).program();
    }

    private TensorProgram program() {
        List<TensorOp> ops = new ArrayList<>();
        ops.add(add(new Embed(name(), tokens, matrix(512, WIDTH))));
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            ops.add(random.nextInt(4) == 0 ? region() : add(primitive()));
        }
        var last = new LastToken(name(), value());
        var head = new Linear(name(), last.result(), matrix(512, WIDTH));
        ops.add(last);
        ops.add(head);
        return TensorProgram.of("random-" + names, List.of(tokens), ops, List.of(head.result()));
    }

    private Fused region() {
        int before = values.size();
        List<PrimitiveOp> body = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            body.add(add(primitive()));
        }
        values.subList(before, values.size()).clear();
        List<Value> results = new ArrayList<>();
        body.stream()
                .map(PrimitiveOp::result)
                .filter(value -> random.nextBoolean())
                .forEach(results::add);
        if (results.isEmpty()) {
            results.add(body.getLast().result());
        }
        values.addAll(results);
        FusedKind[] kinds = FusedKind.values();
        return new Fused(kinds[random.nextInt(kinds.length)], body, results);
    }

    private PrimitiveOp primitive() {
        return switch (random.nextInt(plain ? 7 : 14)) {
            case 0 -> new RmsNorm(name(), value(), vector(WIDTH), random.nextFloat() + 1e-9f);
            case 1 -> new Linear(name(), value(), matrix(WIDTH, WIDTH), random.nextBoolean() ? vector(WIDTH) : null);
            case 2 -> rope();
            case 3 -> attention();
            case 4 -> new SiluMul(name(), value(), value());
            case 5 -> new Add(name(), value(), value());
            case 6 -> new Mul(name(), value(), value());
            case 12 -> new LayerNorm(name(), value(), vector(WIDTH), vector(WIDTH), random.nextFloat() + 1e-9f);
            case 7 -> new HeadNorm(name(), value(), vector(16), WIDTH / 16, random.nextFloat() + 1e-9f);
            case 8 -> new Gelu(name(), value());
            case 13 -> new Relu(name(), value());
            case 9 -> new Scale(name(), value(), random.nextFloat() + 0.01f);
            case 10 -> new SoftCap(name(), value(), random.nextFloat() * 50 + 1);
            case 11 -> new AddPosition(name(), value(), matrix(512, WIDTH));
            default -> throw new AssertionError();
        };
    }

    private Rope rope() {
        int headDim = 4 << random.nextInt(3);
        int rotary = 2 * (1 + random.nextInt(headDim / 2));
        RopeStyle style = random.nextBoolean() ? RopeStyle.INTERLEAVED : RopeStyle.HALF_SPLIT;
        float base = 1 + random.nextFloat() * 1e6f;
        Parameter factors = random.nextBoolean() ? vector(rotary / 2) : null;
        return new Rope(name(), value(), WIDTH / headDim, headDim, rotary, base, style, factors);
    }

    private Attention attention() {
        int headDim = 4 << random.nextInt(3);
        int heads = WIDTH / headDim;
        float scale = random.nextFloat() + 0.01f;
        float cap = plain || random.nextInt(4) > 0 ? 0 : 50;
        int window = plain || random.nextInt(4) > 0 ? 0 : 1 + random.nextInt(8);
        return new Attention(name(), value(), value(), value(), layers++, heads, heads, headDim, scale, cap, window);
    }

    private Value value() {
        return values.get(random.nextInt(values.size()));
    }

    private <T extends PrimitiveOp> T add(T op) {
        values.add(op.result());
        return op;
    }

    private Parameter matrix(int rows, int columns) {
        GgmlType[] types = {GgmlType.F32, GgmlType.F16, GgmlType.Q8_0, GgmlType.Q4_0};
        return Parameter.matrix(name() + ".weight", rows, columns, types[random.nextInt(types.length)]);
    }

    private Parameter vector(int length) {
        return Parameter.vector(name() + ".bias", length, GgmlType.F32);
    }

    private String name() {
        String[] stems = {"v", "blk.0.q", "_x", "long-name.with.dots"};
        return stems[random.nextInt(stems.length)] + names++;
    }
}
