package dev.hwc.ir.text;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.tensor.Add;
import dev.hwc.ir.tensor.AddPosition;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Dim;
import dev.hwc.ir.tensor.ElementFormat;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Fused;
import dev.hwc.ir.tensor.FusedKind;
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
import dev.hwc.ir.tensor.TensorType;
import dev.hwc.ir.tensor.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads what {@link TensorPrinter} writes. White space is free and {@code #} starts a comment; the
 * rules of the operations are checked, those of the program are left to {@code Verifier}.
 */
public final class TensorParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_](?:[A-Za-z0-9_.]|-(?!>))*");
    private static final Pattern ATOM = Pattern.compile("[A-Za-z0-9_.+-]+");
    private static final Pattern SIZE = Pattern.compile("[0-9]{1,18}");
    private static final Pattern DIM = Pattern.compile("M|P|[0-9]{1,18}");

    private final TextScanner scanner;

    private TensorParser(String text) {
        this.scanner = new TextScanner(text);
    }

    /**
     * Parses a program.
     *
     * @throws IrException with line and column of the first error
     */
    public static TensorProgram parse(String text) {
        return new TensorParser(text).program();
    }

    private TensorProgram program() {
        scanner.expect("program");
        int position = scanner.position();
        String name = name();
        List<Parameter> parameters = new ArrayList<>();
        while (scanner.take("param")) {
            parameters.add(parameter());
        }
        List<Value> inputs = new ArrayList<>();
        while (scanner.take("input")) {
            inputs.add(value());
        }
        List<TensorOp> ops = new ArrayList<>();
        List<Value> outputs = new ArrayList<>();
        while (!scanner.atEnd()) {
            if (scanner.take("output")) {
                outputs.add(value());
            } else if (outputs.isEmpty()) {
                ops.add(op());
            } else {
                scanner.expect("output");
            }
        }
        return at(position, () -> new TensorProgram(name, parameters, inputs, ops, outputs));
    }

    private TensorOp op() {
        return scanner.take("fused") ? region() : primitive();
    }

    private Fused region() {
        int position = scanner.position();
        FusedKind kind = constant(FusedKind.class, NAME, "the kind of a region");
        scanner.expect("{");
        List<PrimitiveOp> body = new ArrayList<>();
        while (!scanner.take("}")) {
            body.add(primitive());
        }
        scanner.expect("->");
        List<Value> results = new ArrayList<>();
        do {
            results.add(value());
        } while (scanner.take(","));
        return at(position, () -> new Fused(kind, body, results));
    }

    private PrimitiveOp primitive() {
        int position = scanner.position();
        scanner.expect("%");
        String name = name();
        scanner.expect("=");
        int mnemonicPosition = scanner.position();
        String mnemonic = name();
        OpText text = new OpText(mnemonic, operands(), attributes());
        PrimitiveOp op = at(mnemonicPosition, () -> build(name, mnemonic, text));
        checkType(op, position);
        return op;
    }

    private void checkType(PrimitiveOp op, int position) {
        scanner.expect("->");
        TensorType type = type();
        if (!type.equals(op.result().type())) {
            throw scanner.error(position, "%" + op.name() + " is written as " + type + " but is " + op.result());
        }
    }

    private static PrimitiveOp build(String name, String mnemonic, OpText text) {
        PrimitiveOp op = switch (mnemonic) {
            case "embed" -> new Embed(name, text.value(), text.parameter());
            case "add_position" -> new AddPosition(name, text.value(), text.parameter());
            case "layer_norm" ->
                new LayerNorm(name, text.value(), text.parameter(), text.parameter(), text.number("eps"));
            case "head_norm" ->
                new HeadNorm(name, text.value(), text.parameter(), text.integer("heads"), text.number("eps"));
            case "gelu" -> new Gelu(name, text.value());
            case "relu" -> new Relu(name, text.value());
            case "scale" -> new Scale(name, text.value(), text.number("factor"));
            case "soft_cap" -> new SoftCap(name, text.value(), text.number("cap"));
            case "rms_norm" ->
                new RmsNorm(name, text.value(), text.parameter(), text.optionalParameter(), text.number("eps"));
            case "linear" -> new Linear(name, text.value(), text.parameter(), text.optionalParameter());
            case "rope" -> rope(name, text);
            case "attention" -> attention(name, text);
            case "silu_mul" -> new SiluMul(name, text.value(), text.value());
            case "add" -> new Add(name, text.value(), text.value());
            case "mul" -> new Mul(name, text.value(), text.value());
            case "last_token" -> new LastToken(name, text.value());
            default ->
                throw new IrException("unknown operation '" + mnemonic + "'; allowed are embed, add_position, "
                        + "rms_norm, layer_norm, head_norm, linear, rope, attention, silu_mul, gelu, relu, scale, "
                        + "soft_cap, add, mul, last_token and fused");
        };
        text.checkAllRead();
        return op;
    }

    private static Rope rope(String name, OpText text) {
        return new Rope(
                name,
                text.value(),
                text.integer("heads"),
                text.integer("head_dim"),
                text.integer("rotary_dims"),
                text.number("base"),
                text.choice("style", RopeStyle.class),
                text.optionalParameter());
    }

    private static Attention attention(String name, OpText text) {
        return new Attention(
                name,
                text.value(),
                text.value(),
                text.value(),
                text.integer("layer"),
                text.integer("heads"),
                text.integer("kv_heads"),
                text.integer("head_dim"),
                text.number("scale"),
                text.number("soft_cap", 0),
                text.integer("window", 0));
    }

    private List<Object> operands() {
        List<Object> operands = new ArrayList<>();
        do {
            operands.add(scanner.take("@") ? parameterAfterMark() : value());
        } while (scanner.take(","));
        return operands;
    }

    private Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (scanner.take("{")) {
            do {
                int position = scanner.position();
                String key = name();
                scanner.expect("=");
                if (attributes.put(key, scanner.word(ATOM, "a number or a word")) != null) {
                    throw scanner.error(position, "attribute '" + key + "' is given twice; keep one");
                }
            } while (scanner.take(","));
            scanner.expect("}");
        }
        return attributes;
    }

    private Value value() {
        int position = scanner.position();
        scanner.expect("%");
        String name = name();
        scanner.expect(":");
        TensorType type = type();
        return at(position, () -> new Value(name, type));
    }

    private TensorType type() {
        int position = scanner.position();
        List<Dim> shape = new ArrayList<>();
        scanner.expect("[");
        do {
            shape.add(dim());
        } while (scanner.take(","));
        scanner.expect("]");
        ElementFormat format = constant(ElementFormat.class, NAME, "a number format");
        return at(position, () -> new TensorType(shape, format));
    }

    private Dim dim() {
        int position = scanner.position();
        String text = scanner.word(DIM, "a size, M or P");
        return switch (text) {
            case "M" -> Dim.tokens();
            case "P" -> Dim.past();
            default -> at(position, () -> Dim.of(Long.parseLong(text)));
        };
    }

    private Parameter parameter() {
        scanner.expect("@");
        return parameterAfterMark();
    }

    private Parameter parameterAfterMark() {
        int position = scanner.position();
        String name = name();
        scanner.expect(":");
        scanner.expect("[");
        List<Long> shape = new ArrayList<>();
        do {
            shape.add(Long.parseLong(scanner.word(SIZE, "a size")));
        } while (scanner.take(","));
        scanner.expect("]");
        GgmlType type = constant(GgmlType.class, NAME, "a storage type");
        return at(position, () -> new Parameter(name, shape, type));
    }

    private <E extends Enum<E>> E constant(Class<E> type, Pattern pattern, String what) {
        int position = scanner.position();
        String text = scanner.word(pattern, what);
        try {
            return OpText.constant(type, text);
        } catch (IllegalArgumentException e) {
            throw scanner.error(position, "'" + text + "' is not " + what + "; expected " + OpText.allowed(type));
        }
    }

    private String name() {
        return scanner.word(NAME, "a name");
    }

    /** Adds the place to what a constructor says about the rules of its operation. */
    private <T> T at(int position, Supplier<T> constructor) {
        try {
            return constructor.get();
        } catch (IrException e) {
            throw scanner.error(position, String.valueOf(e.getMessage()));
        }
    }
}
