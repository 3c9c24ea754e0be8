package dev.hwc.ir.text;

import dev.hwc.ir.tensor.Add;
import dev.hwc.ir.tensor.AddPosition;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.Gelu;
import dev.hwc.ir.tensor.HeadNorm;
import dev.hwc.ir.tensor.LastToken;
import dev.hwc.ir.tensor.LayerNorm;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.Mul;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.PrimitiveOp;
import dev.hwc.ir.tensor.Relu;
import dev.hwc.ir.tensor.RmsNorm;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.Scale;
import dev.hwc.ir.tensor.SiluMul;
import dev.hwc.ir.tensor.SoftCap;
import dev.hwc.ir.tensor.TensorOp;
import dev.hwc.ir.tensor.TensorProgram;
import dev.hwc.ir.tensor.Value;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints a tensor program. The text depends on the program alone, so two equal programs print the
 * same and a difference between programs is a difference between lines.
 */
public final class TensorPrinter {
    private final StringBuilder out = new StringBuilder();

    private TensorPrinter() {}

    /** The whole program, each line ended by a line feed. */
    public static String print(TensorProgram program) {
        var printer = new TensorPrinter();
        printer.program(program);
        return printer.out.toString();
    }

    /** One operation without indentation; a region takes several lines. */
    public static String print(TensorOp op) {
        var printer = new TensorPrinter();
        printer.op(op);
        return printer.out.toString().stripTrailing();
    }

    private void program(TensorProgram program) {
        line("program " + program.name());
        for (Parameter parameter : program.parameters()) {
            line("param " + parameter);
        }
        for (Value input : program.inputs()) {
            line("input " + input);
        }
        program.ops().forEach(this::op);
        for (Value output : program.outputs()) {
            line("output " + output);
        }
    }

    private void op(TensorOp op) {
        switch (op) {
            case PrimitiveOp primitive -> line(text(primitive));
            case Fused fused -> region(fused);
        }
    }

    private void region(Fused region) {
        line("fused " + region.kind().text() + " {");
        region.body().forEach(op -> line("  " + text(op)));
        line("} -> " + list(region.results().toArray()));
    }

    private static String text(PrimitiveOp op) {
        return switch (op) {
            case Embed e -> text(op, "", e.tokens(), e.table());
            case AddPosition p -> text(op, "", p.x(), p.table());
            case LayerNorm n -> text(op, "{eps=" + n.eps() + "}", n.x(), n.weight(), n.bias());
            case HeadNorm n -> text(op, "{heads=" + n.heads() + ", eps=" + n.eps() + "}", n.x(), n.weight());
            case Gelu g -> text(op, "", g.x());
            case Relu r -> text(op, "", r.x());
            case Scale s -> text(op, "{factor=" + s.factor() + "}", s.x());
            case SoftCap s -> text(op, "{cap=" + s.cap() + "}", s.x());
            case RmsNorm n -> text(op, "{eps=" + n.eps() + "}", n.x(), n.weight());
            case Linear l -> text(op, "", l.x(), l.weight(), l.bias());
            case Rope r -> text(op, attributes(r), r.x(), r.frequencyFactors());
            case Attention a -> text(op, attributes(a), a.q(), a.k(), a.v());
            case SiluMul s -> text(op, "", s.gate(), s.up());
            case Add a -> text(op, "", a.a(), a.b());
            case Mul m -> text(op, "", m.a(), m.b());
            case LastToken t -> text(op, "", t.x());
        };
    }

    private static String attributes(Rope rope) {
        return "{heads=" + rope.heads() + ", head_dim=" + rope.headDim() + ", rotary_dims=" + rope.rotaryDims()
                + ", base=" + rope.base() + ", style=" + rope.style().name().toLowerCase(Locale.ROOT) + "}";
    }

    private static String attributes(Attention attention) {
        return "{layer=" + attention.layer() + ", heads=" + attention.heads() + ", kv_heads=" + attention.kvHeads()
                + ", head_dim=" + attention.headDim() + ", scale=" + attention.scale()
                + (attention.softCap() == 0 ? "" : ", soft_cap=" + attention.softCap())
                + (attention.window() == 0 ? "" : ", window=" + attention.window()) + "}";
    }

    private static String text(PrimitiveOp op, String attributes, @Nullable Object... operands) {
        String space = attributes.isEmpty() ? "" : " ";
        return "%" + op.name() + " = " + op.mnemonic() + " " + list(operands) + space + attributes + " -> "
                + op.result().type();
    }

    private static String list(@Nullable Object... items) {
        return Arrays.stream(items)
                .filter(Objects::nonNull)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
