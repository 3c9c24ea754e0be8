package dev.hwc.cli.run;

import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.tile.JobArgument;
import dev.hwc.ir.tile.Ring;
import dev.hwc.ir.tile.TileNode;
import dev.hwc.ir.tile.TileProgram;
import dev.hwc.ir.tile.TileStatement;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tile IR as text for reading: one statement per line, nesting as indentation. */
public final class TileText {
    private final StringBuilder text = new StringBuilder();

    private TileText() {}

    /** The text of a program. */
    public static String print(TileProgram program) {
        TileText printer = new TileText();
        printer.line(0, "program " + program.name());
        for (JobArgument a : program.arguments()) {
            printer.line(
                    1,
                    String.format(
                            Locale.ROOT,
                            "argument @%s = floor((position*%d + %d) / %d) * %d",
                            a.name(),
                            a.scale(),
                            a.add(),
                            a.divisor(),
                            a.factor()));
        }
        for (Ring ring : program.rings()) {
            printer.line(
                    1,
                    "ring $" + ring.name() + " start " + ring.start() + " step " + ring.step() + " slots "
                            + ring.slots());
        }
        program.nodes().forEach(node -> printer.node(1, node));
        return printer.text.toString();
    }

    private void line(int depth, String content) {
        text.append("  ".repeat(depth)).append(content).append('\n');
    }

    private void node(int depth, TileNode node) {
        switch (node) {
            case TileNode.Kernel kernel -> kernel(depth, kernel);
            case TileNode.Repeat repeat -> {
                line(depth, "repeat " + repeat.variable() + " " + repeat.count());
                repeat.body().forEach(inner -> node(depth + 1, inner));
            }
        }
    }

    private void kernel(int depth, TileNode.Kernel kernel) {
        line(depth, "kernel " + kernel.label());
        for (Queue queue : Queue.values()) {
            List<TileStatement> body = kernel.engine(queue);
            if (!body.isEmpty()) {
                line(depth + 1, queue.text());
                body.forEach(statement -> statement(depth + 2, statement));
            }
        }
    }

    private void statement(int depth, TileStatement statement) {
        switch (statement) {
            case TileStatement.Loop loop -> {
                line(depth, "loop " + loop.variable() + " " + loop.count());
                loop.body().forEach(inner -> statement(depth + 1, inner));
            }
            case TileStatement.Command command -> line(depth, command(command));
            case TileStatement.Advance advance -> line(depth, "advance $" + advance.ring());
            case TileStatement.Reset reset -> line(depth, "reset $" + reset.ring());
            case TileStatement.Fetch fetch ->
                line(depth, "fetch !" + fetch.name() + " window " + fetch.window() + " at " + fetch.address());
        }
    }

    private static String command(TileStatement.Command command) {
        String operands = command.operands().entrySet().stream()
                .map(operand -> operand.getKey() + "=(" + operand.getValue() + ")")
                .collect(Collectors.joining(" "));
        return command.opcode().text() + " " + operands + (command.flags() == 0 ? "" : " flags=" + command.flags())
                + " " + command.tokens();
    }
}
