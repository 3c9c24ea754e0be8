package dev.hwc.ir.tile;

import dev.hwc.ir.isa.FieldText;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The text form of a tile program (docs/spec/tile-ir.md §3), e.g.
 *
 * <pre>
 * program "tiny.m1"
 * arg keyTiles = (1*position+16)/16*1
 * ring weights start=0 step=64 slots=8
 * repeat layer 4 {
 *   kernel "blk.0-3.qkv" {
 *     load {
 *       loop n 28 {
 *         load.weights off=64+952*n dst=$weights blocks=28 wait=matrix signal=matrix
 *         advance weights
 *       }
 *     }
 *   }
 * }
 * </pre>
 *
 * One statement per line; operands that are 0 are left out ({@code fn} is always written). The text
 * depends on the program alone, and {@code parse(print(p))} is equal to {@code p} for every program
 * that keeps rules T1, T11 and T12.
 */
public final class TileText {
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();
    private int depth;

    private TileText() {}

    /** The whole program, each line ended by a line feed. */
    public static String print(TileProgram program) {
        var text = new TileText();
        text.program(program);
        return text.out.toString();
    }

    /** One statement without indentation; a loop as its first line. */
    public static String print(TileStatement statement) {
        return switch (statement) {
            case TileStatement.Loop loop -> "loop " + loop.variable() + " " + loop.count() + " {";
            case TileStatement.Command command -> command(command);
            case TileStatement.Advance advance -> "advance " + advance.ring();
            case TileStatement.Reset reset -> "reset " + reset.ring();
            case TileStatement.Fetch fetch ->
                "fetch " + fetch.name() + " window=" + fetch.window() + " off=" + fetch.address();
        };
    }

    /**
     * The program a text stands for. Blanks at the start of lines, empty lines and lines that start
     * with {@code #} are free.
     *
     * @throws dev.hwc.ir.IrException with line and column of the first error
     */
    public static TileProgram parse(String text) {
        return new TileParser(text).program();
    }

    private void program(TileProgram program) {
        line("program " + quote(program.name()));
        for (JobArgument a : program.arguments()) {
            line("arg " + a.name() + " = " + a.formula());
        }
        for (Ring ring : program.rings()) {
            line("ring " + ring.name() + " start=" + ring.start() + " step=" + ring.step() + " slots=" + ring.slots());
        }
        nodes(program.nodes());
    }

    private void nodes(List<TileNode> nodes) {
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Repeat repeat ->
                    block("repeat " + repeat.variable() + " " + repeat.count() + " {", () -> nodes(repeat.body()));
                case TileNode.Kernel kernel -> block("kernel " + quote(kernel.label()) + " {", () -> engines(kernel));
            }
        }
    }

    private void engines(TileNode.Kernel kernel) {
        for (Queue queue : Queue.values()) {
            if (!kernel.engine(queue).isEmpty()) {
                block(queue.text() + " {", () -> statements(kernel.engine(queue)));
            }
        }
    }

    private void statements(List<TileStatement> body) {
        for (TileStatement statement : body) {
            if (statement instanceof TileStatement.Loop loop) {
                block(print(loop), () -> statements(loop.body()));
            } else {
                line(print(statement));
            }
        }
    }

    private static String command(TileStatement.Command command) {
        Opcode opcode = command.opcode();
        List<String> words = new ArrayList<>();
        words.add(opcode.text());
        if (opcode == Opcode.VECTOR && !command.operands().containsKey("fn")) {
            words.add(operand(opcode, "fn", Expr.ZERO));
        }
        for (Map.Entry<String, Expr> operand : command.operands().entrySet()) {
            words.add(operand(opcode, operand.getKey(), operand.getValue()));
        }
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((command.flags() >>> bit & 1) != 0) {
                words.add(bit < opcode.flags().size() ? opcode.flags().get(bit) : "flag" + bit);
            }
        }
        tokens(words, "wait", command.tokens().waits());
        tokens(words, "signal", command.tokens().signals());
        return String.join(" ", words);
    }

    private static String operand(Opcode opcode, String name, Expr value) {
        List<String> names = Operands.field(opcode, name).map(FieldText::names).orElse(List.of());
        if (names.isEmpty()) {
            return name + "=" + value;
        }
        if (value.isConstant() && value.constant() >= 0 && value.constant() < names.size()) {
            return name + "=" + names.get((int) value.constant());
        }
        return name + "=" + (value.isConstant() || value.constant() != 0 ? "" : "0+") + value; // never a value's name
    }

    private static void tokens(List<String> words, String key, int mask) {
        List<String> queues = new ArrayList<>();
        for (Queue queue : Queue.values()) {
            if ((mask & queue.bit()) != 0) {
                queues.add(queue.text());
            }
        }
        if (!queues.isEmpty()) {
            words.add(key + "=" + String.join(",", queues));
        }
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private void block(String head, Runnable body) {
        line(head);
        depth++;
        body.run();
        depth--;
        line("}");
    }

    private void line(String text) {
        out.append(INDENT.repeat(depth)).append(text).append('\n');
    }
}
