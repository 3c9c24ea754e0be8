package dev.hwc.compiler.pass;

import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tensor.Embed;
import dev.hwc.ir.tensor.Linear;
import dev.hwc.ir.tensor.Parameter;
import dev.hwc.ir.tensor.PrimitiveOp;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes weights Q8_0, and ternary ones Q4_0, where the hardware has no narrower format for them: embedding
 * tables, whose rows the vector unit reads as i8 or i4; matrices that have another format in other layers, so
 * that all layers run in one loop; and weights with offsets and ternary ones on hardware whose memory computes.
 *
 * <pre>
 * before: blk.0.ffn_down Q4_K, blk.1.ffn_down Q6_K   (formats i4m and i8)
 * after:  blk.0.ffn_down Q8_0, blk.1.ffn_down Q6_K   (format i8)
 * </pre>
 *
 * <p>It is part of the hardware's arithmetic (docs/spec/numerics.md N29).
 */
public final class WidenWeights implements Pass {
    private static final Pattern LAYER = Pattern.compile("blk\\.[0-9]+\\.(.*)");

    @Override
    public Set<Stage> before() {
        return Set.of(Stage.IMPORTED, Stage.CENTERED_STREAM, Stage.PADDED_HEADS, Stage.PADDED_FEED_FORWARD);
    }

    @Override
    public Set<Stage> after() {
        return Set.of(Stage.HARDWARE_TYPES);
    }

    @Override
    public CompilationUnit run(CompilationUnit unit, PassContext context) {
        DefUse defUse = new DefUse(unit.program());
        ProgramEdit edit = new ProgramEdit(unit);
        List<PrimitiveOp> ops = unit.program().primitives();
        Set<String> widened = widened(ops, context.hardware().pim() != null);
        for (PrimitiveOp op : ops) {
            if (op instanceof Linear linear && widened.contains(linear.weight().name())) {
                edit.widen(linear);
            } else if (op instanceof Embed embed && !format(embed.table()).inTables()) {
                boolean shared = !defUse.ownsParameters(embed);
                edit.widenTable(embed, shared && !widened.contains(embed.table().name()));
            }
        }
        return edit.apply();
    }

    /** Names of the projections' weights that are widened. */
    private static Set<String> widened(List<PrimitiveOp> ops, boolean computingMemory) {
        Map<String, Set<BlockMatrix.Format>> roles = new HashMap<>();
        ops.forEach(op -> {
            if (op instanceof Linear linear) {
                roles.computeIfAbsent(role(linear.weight()), _ -> new HashSet<>())
                        .add(format(linear.weight()));
            }
        });
        Set<String> names = new HashSet<>();
        for (PrimitiveOp op : ops) {
            if (op instanceof Linear linear) {
                BlockMatrix.Format format = format(linear.weight());
                boolean mixed =
                        roles.getOrDefault(role(linear.weight()), Set.of()).size() > 1;
                if (mixed && !format.inTables() || computingMemory && !inComputingMemory(format)) {
                    names.add(linear.weight().name());
                }
            }
        }
        return names;
    }

    private static boolean inComputingMemory(BlockMatrix.Format format) {
        return !format.hasOffsets() && format.scaleBlocks() == 1;
    }

    /** What a weight is in its layer; its name outside of layers. */
    private static String role(Parameter weight) {
        Matcher name = LAYER.matcher(weight.name());
        return name.matches() ? name.group(1) : weight.name();
    }

    private static BlockMatrix.Format format(Parameter weight) {
        return HardwareWeights.format(weight.type());
    }
}
