package dev.hwc.ir.isa;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The text form of a program, e.g.
 *
 * <pre>
 * queue load
 *   # blk.*.qkv
 *   loop count=4
 *     load.weights window=1 ra=r2 blocks=8 wait=matrix signal=matrix
 *   next
 *   halt
 * </pre>
 *
 * One instruction per line, fields by the names of {@link Opcode}, those that are 0 or r0 left out.
 * A line {@code # label} names the source of the instructions below it. The text depends on the
 * program alone, and {@code parse(print(p))} is equal to {@code p}.
 */
public final class ProgramText {
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();

    private ProgramText() {}

    /** The whole program, each line ended by a line feed. */
    public static String print(Program program) {
        var text = new ProgramText();
        text.labels(program);
        for (Queue queue : Queue.values()) {
            text.stream(program, queue);
        }
        return text.out.toString();
    }

    /** One instruction, without indentation. */
    public static String print(Instruction instruction) {
        Opcode opcode = instruction.opcode();
        List<String> words = new ArrayList<>();
        words.add(opcode.text());
        long[] operands = instruction.operands();
        for (int i = 0; i < operands.length; i++) {
            Opcode.Field field = opcode.fields().get(i);
            if (operands[i] != 0 || field.name().equals("fn")) {
                words.add(field.name() + "=" + FieldText.print(field, operands[i]));
            }
        }
        for (int bit = 0; bit < opcode.flags().size(); bit++) {
            if ((instruction.flags() >>> bit & 1) != 0) {
                words.add(opcode.flags().get(bit));
            }
        }
        tokens(words, "wait", instruction.tokens().waits());
        tokens(words, "signal", instruction.tokens().signals());
        return String.join(" ", words);
    }

    /**
     * The program a text stands for. Blanks at the start of lines and empty lines are free.
     *
     * @throws dev.hwc.ir.IrException with line and column of the first error
     */
    public static Program parse(String text) {
        return new ProgramParser(text).program();
    }

    /** Declares the labels if the lines below would not bring them in their order. */
    private void labels(Program program) {
        Set<String> appearing = new LinkedHashSet<>();
        for (Queue queue : Queue.values()) {
            for (int source : program.sources().getOrDefault(queue, List.of())) {
                appearing.add(program.labels().get(source));
            }
        }
        if (!List.copyOf(appearing).equals(program.labels())) {
            program.labels()
                    .forEach(label -> out.append(("label " + label).strip()).append('\n'));
        }
    }

    private void stream(Program program, Queue queue) {
        List<Instruction> stream = program.stream(queue);
        if (stream.isEmpty()) {
            return;
        }
        out.append("queue ").append(queue.text()).append('\n');
        List<Integer> sources = program.sources().getOrDefault(queue, List.of());
        int depth = 1;
        for (int pc = 0; pc < stream.size(); pc++) {
            Instruction instruction = stream.get(pc);
            if (instruction instanceof Instruction.Next) {
                depth = Math.max(1, depth - 1);
            }
            if (!sources.isEmpty() && (pc == 0 || !sources.get(pc).equals(sources.get(pc - 1)))) {
                line(depth, ("# " + program.label(queue, pc)).strip());
            }
            line(depth, print(instruction));
            if (instruction instanceof Instruction.Loop) {
                depth++;
            }
        }
    }

    private void line(int depth, String text) {
        out.append(INDENT.repeat(depth)).append(text).append('\n');
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
}
