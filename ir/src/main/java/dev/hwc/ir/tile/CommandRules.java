package dev.hwc.ir.tile;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FieldText;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.ir.isa.VectorTarget;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules about one command: T11 to T16. */
final class CommandRules {
    private final HardwareSpec hardware;
    private final Map<String, Ring> rings;

    /** Takes the problems of the command at hand. */
    interface Problems {
        void add(String rule, String found, String allowed);
    }

    /** A scratchpad in the unit of an operand. */
    private record Buffer(String unit, long size) {}

    CommandRules(HardwareSpec hardware, Map<String, Ring> rings) {
        this.hardware = hardware;
        this.rings = rings;
    }

    void check(TileStatement.Command command, Queue queue, Collection<TileVerifier.OpenLoop> loops, Problems problems) {
        Opcode opcode = command.opcode();
        if (!TileVerifier.commands(queue).contains(opcode)) {
            problems.add(
                    "T11",
                    opcode.text() + " in engine " + queue.text(),
                    String.join(
                            ", ",
                            TileVerifier.commands(queue).stream()
                                    .map(Opcode::text)
                                    .toList()));
            return;
        }
        int flags = (1 << opcode.flags().size()) - 1;
        if ((command.flags() & ~flags) != 0) {
            problems.add("T11", "flags are " + command.flags(), "bits " + flags);
        }
        tokens(command, queue, problems);
        for (Map.Entry<String, Expr> operand : command.operands().entrySet()) {
            operand(opcode, operand.getKey(), operand.getValue(), problems);
        }
        if (opcode == Opcode.VECTOR) {
            constants(command, problems);
        }
        addresses(command, loops, problems);
    }

    private static void tokens(TileStatement.Command command, Queue queue, Problems problems) {
        int all = command.tokens().waits() | command.tokens().signals();
        if ((all & queue.bit()) != 0 || all < 0 || all > 15) {
            problems.add("T15", "tokens of or for engine " + queue.text(), "those of the other three engines");
        }
    }

    private static void operand(Opcode opcode, String name, Expr value, Problems problems) {
        if (!Operands.names(opcode).contains(name)) {
            problems.add("T12", "operand " + name, String.join(", ", Operands.names(opcode)));
            return;
        }
        if (Operands.inRegister(opcode, name)) {
            return;
        }
        if (!value.isConstant() && Operands.registerOf(opcode, name).isEmpty()) {
            problems.add("T13", name + " is " + value, "a constant");
            return;
        }
        Opcode.Field field = Operands.field(opcode, name).orElseThrow();
        List<String> names = FieldText.names(field);
        long most = names.isEmpty() ? field.max() : names.size() - 1L;
        if (value.constant() < 0 || value.constant() > most) {
            problems.add("T13", name + " has the constant " + value.constant(), "0.." + most);
        }
    }

    /** The address of a fetch. */
    void memory(Expr address, Problems problems) {
        operand(Opcode.LOAD_REGISTER, "off", address, problems);
    }

    private static void constants(TileStatement.Command command, Problems problems) {
        int function = (int) command.operand("fn").constant();
        boolean two = function == VectorFunction.NORM.ordinal() || function == VectorFunction.SOFTMAX.ordinal();
        boolean scales = command.operand("kind").constant() == VectorTarget.STORE_INT8.ordinal();
        boolean perRow = (command.flags() & 1) != 0;
        boolean k0 = command.operands().containsKey(Operands.K0);
        boolean k1 = command.operands().containsKey(Operands.K1);
        if ((k1 && !k0) || ((two || scales) && !k0) || ((two || (scales && !perRow)) && !k1)) {
            problems.add(
                    "T14",
                    k0 ? "k0 alone" : k1 ? "k1 alone" : "no constants",
                    "k0 and k1 for norm, softmax and kind store_int8, with row k0");
        }
    }

    // ---- addresses -------------------------------------------------------------------------------

    private void addresses(TileStatement.Command command, Collection<TileVerifier.OpenLoop> loops, Problems problems) {
        for (Map.Entry<String, Expr> operand : command.operands().entrySet()) {
            buffer(command, operand.getKey())
                    .ifPresent(buffer -> inside(operand.getKey(), operand.getValue(), buffer, loops, problems));
        }
    }

    private Optional<Buffer> buffer(TileStatement.Command command, String name) {
        return Optional.ofNullable(
                switch (command.opcode().text() + " " + name) {
                    case "load.weights dst", "load.rows dst", "load.transposed dst", "load.scales dst", "matmul w" ->
                        new Buffer("weight units", hardware.weightUnits());
                    case "load.linear dst", "load.halves dst" -> new Buffer("load words", hardware.loadWords());
                    case "matmul a" -> activation(command.operand("m"));
                    case "emit dst" -> new Buffer("output words", hardware.outputWords());
                    case "store src" -> halfwords();
                    case "vector a" -> memory(command.operand("amem"));
                    case "vector b" -> memory(command.operand("bmem"));
                    case "vector d" -> target(command.operand("kind"), command.operand("rows"));
                    case "vector k0" ->
                        command.operand("kind").constant() == VectorTarget.STORE_INT8.ordinal() ? halfwords() : null;
                    default -> null;
                });
    }

    private Buffer halfwords() {
        return new Buffer("store halfwords", (long) hardware.storeWords() * hardware.wordBytes() / 2);
    }

    private Buffer memory(Expr index) {
        return switch (VectorMemory.of((int) Math.clamp(index.constant(), 0, 2))) {
            case OUTPUT -> new Buffer("output words", hardware.outputWords());
            case VECTOR -> new Buffer("vector words", hardware.vectorWords());
            case LOAD -> new Buffer("load words", hardware.loadWords());
        };
    }

    private Buffer activation(Expr rows) {
        return new Buffer("activation blocks", hardware.activationBlocks((int) rows.constant()));
    }

    private Buffer target(Expr kind, Expr rows) {
        return switch (VectorTarget.of((int) Math.clamp(kind.constant(), 0, 3))) {
            case VECTOR_FP32 -> new Buffer("vector words", hardware.vectorWords());
            case STORE_FP32 -> new Buffer("store words", hardware.storeWords());
            case ACTIVATION_A8 -> activation(rows);
            case STORE_INT8 -> new Buffer("store units of a lane byte", 4L * hardware.storeWords());
        };
    }

    /** The lowest and highest address over all loops with constant counts and all slots of a ring. */
    private void inside(
            String name, Expr value, Buffer buffer, Collection<TileVerifier.OpenLoop> loops, Problems problems) {
        long low = value.constant();
        long high = value.constant();
        for (TileVerifier.OpenLoop loop : loops) {
            long reach = value.coefficient(loop.variable()) * Math.max(0, loop.passes() - 1);
            low += Math.min(0, reach);
            high += Math.max(0, reach);
        }
        Ring ring = value.base()
                .filter(base -> base.kind() == Expr.Kind.RING)
                .map(base -> rings.get(base.name()))
                .orElse(null);
        if (ring != null) {
            low += ring.start();
            high += ring.limit() - ring.step();
        }
        if (low < 0 || high >= buffer.size() || (ring != null && ring.limit() > buffer.size())) {
            problems.add(
                    "T16",
                    name + " is " + value + " and reaches " + buffer.unit() + " " + low + ".."
                            + (ring == null ? high : Math.max(high, ring.limit() - 1)),
                    "0.." + (buffer.size() - 1));
        }
    }
}
