package dev.hwc.sim.systolic.testing;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Instruction;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.sim.systolic.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Random valid programs: commands of all kinds, control, loops with immediate and register counts,
 * tokens. A program is written as one sequential interleaving of its queues and every token is given
 * before it is taken in that order, so it cannot deadlock; the tokens of a loop's body balance within
 * the body.
 *
 * <p>Race-free programs have tokens exactly where buffers demand them and give the same data on every
 * machine that obeys the tokens. Others have tokens at random and compare only machines with equal
 * timing.
 */
public final class RandomPrograms {
    private static final int MAX_GIVEN = 200;

    /** A command that is in the program. */
    private record Placed(Queue queue, int position, OrderTracker.Node node, boolean inPrivateLoop) {}

    private final HardwareSpec spec;
    private final Random random;
    private boolean raceFree;
    private final int commands;
    private final long[] arguments = new long[32];
    private final RandomCommands source;
    private final ProgramWriter writer = new ProgramWriter();
    private OrderTracker tracker = new OrderTracker();
    private final List<Placed> placed = new ArrayList<>();
    private final int[][] given = new int[4][4];
    private int left;

    private RandomPrograms(HardwareSpec spec, long seed, boolean raceFree, int commands) {
        this.spec = spec;
        this.random = new Random(seed);
        this.raceFree = raceFree;
        this.commands = commands;
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = random.nextLong(1L << 40);
        }
        source = new RandomCommands(spec, random, arguments);
    }

    /**
     * A program.
     *
     * @param seed everything follows from it
     * @param commands about how many commands, loops counted once
     */
    public static RandomCase generate(HardwareSpec spec, long seed, boolean raceFree, int commands) {
        return new RandomPrograms(spec, seed, raceFree, commands).generate();
    }

    private RandomCase generate() {
        if (random.nextInt(4) != 0) {
            fill();
        }
        left = 1 + random.nextInt(commands);
        while (left > 0) {
            writer.label("operator" + random.nextInt(4));
            if (random.nextInt(6) == 0) {
                sharedLoop(1, 1);
            } else {
                item(1);
            }
        }
        List<Window> windows = List.of(
                Window.readOnly(4096L * random.nextInt(100), 1 << 18),
                Window.readOnly(4096L * random.nextInt(1000), RandomCase.WINDOW_BYTES),
                Window.readWrite(4096L * random.nextInt(1000), RandomCase.WINDOW_BYTES));
        return new RandomCase(spec, writer.program(), arguments, windows, random.nextInt(3) == 0, random.nextLong());
    }

    /** Data in every buffer, in proper order even where the rest of the program does not care. */
    private void fill() {
        boolean wanted = raceFree;
        raceFree = true;
        for (int region = 0; region < Access.REGIONS; region++) {
            for (RandomCommands.Proposal p : source.fill(region)) {
                place(p, p.command().queue(), 1);
            }
        }
        if (!wanted) {
            barrier();
        }
        raceFree = wanted;
    }

    /** A loop of all queues with the same count; nothing hangs over its edges. */
    private void sharedLoop(int depth, int times) {
        barrier();
        int count = random.nextInt(4);
        for (Queue queue : Queue.values()) {
            openLoop(queue, count);
        }
        int items = 1 + random.nextInt(6);
        for (int i = 0; i < items; i++) {
            if (depth < 3 && random.nextInt(10) == 0) {
                sharedLoop(depth + 1, times * Math.max(1, count));
            } else {
                item(times * Math.max(1, count));
            }
        }
        barrier();
        for (Queue queue : Queue.values()) {
            writer.add(new Instruction.Next(queue));
        }
    }

    private void openLoop(Queue queue, int count) {
        if (random.nextBoolean()) {
            writer.add(new Instruction.Loop(queue, count, 0));
        } else {
            int part = random.nextInt(count + 1);
            List<Instruction> set = new ArrayList<>();
            source.set(set, queue, RandomCommands.COUNT, part);
            set.forEach(writer::add);
            writer.add(new Instruction.Loop(queue, count - part, RandomCommands.COUNT));
        }
    }

    private void item(int times) {
        left--;
        Queue queue = Queue.of(random.nextInt(4));
        switch (random.nextInt(12)) {
            case 0 -> control(queue);
            case 1 -> privateLoop(queue);
            case 2 -> sync(queue, times);
            default -> command(queue, times);
        }
    }

    private void control(Queue queue) {
        int n = 1 + random.nextInt(12);
        for (int i = 0; i < n; i++) {
            writer.add(new Instruction.Add(queue, 15, 15, 14, random.nextInt(100)));
        }
        openLoop(queue, random.nextInt(5));
        writer.add(new Instruction.Wrap(queue, 14, 3, 10, 1), new Instruction.Next(queue));
    }

    /** A loop of one queue, without tokens inside; its count may come from memory. */
    private void privateLoop(Queue queue) {
        if (queue == Queue.LOAD && random.nextBoolean()) {
            writer.add(new Instruction.Loop(queue, random.nextInt(2), RandomCommands.LOADED));
        } else {
            openLoop(queue, random.nextInt(4));
        }
        int from = writer.stream(queue).size() - 1;
        int n = random.nextInt(3);
        List<RandomCommands.Proposal> body = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            body.add(source.propose(queue));
        }
        List<Access> accesses = new ArrayList<>();
        body.forEach(p -> accesses.addAll(p.accesses()));
        Tokens waits = raceFree ? order(queue, accesses) : Tokens.NONE;
        if (!waits.equals(Tokens.NONE)) {
            // The waits must come before the loop. The count register is set already; nothing else is.
            Instruction loop = writer.stream(queue).get(from);
            writer.stream(queue).set(from, new Instruction.Sync(queue, waits, false));
            writer.add(loop);
        }
        for (RandomCommands.Proposal p : body) {
            p.before().forEach(writer::add);
            writer.add(p.command());
            remember(p, queue, true);
        }
        writer.add(new Instruction.Next(queue));
    }

    private void command(Queue queue, int times) {
        place(source.propose(queue), queue, times);
    }

    private void place(RandomCommands.Proposal p, Queue queue, int times) {
        p.before().forEach(writer::add);
        Tokens tokens = raceFree ? order(queue, p.accesses()) : randomWaits(queue, p.command(), times);
        writer.add(with(p.command(), tokens));
        remember(p, queue, false);
    }

    private void sync(Queue queue, int times) {
        Instruction sync = new Instruction.Sync(queue, Tokens.NONE, random.nextBoolean());
        Tokens tokens = raceFree ? Tokens.NONE : randomWaits(queue, sync, times);
        writer.add(with(sync, tokens));
        if (!raceFree) {
            placed.add(new Placed(queue, writer.stream(queue).size() - 1, tracker.add(0, 0, List.of()), false));
        }
    }

    private void remember(RandomCommands.Proposal p, Queue queue, boolean inPrivateLoop) {
        OrderTracker.Node node = tracker.add(queue.ordinal(), kind(p.command()), p.accesses());
        placed.add(new Placed(queue, writer.stream(queue).size() - 1, node, inPrivateLoop));
    }

    private static int kind(Instruction command) {
        return switch (command.opcode()) {
            case MATMUL -> 1;
            case EMIT -> 2;
            case VECTOR -> 3;
            case STORE -> 4;
            default -> 0;
        };
    }

    /** The waits that a command with these accesses needs; its partners get the signals. */
    private Tokens order(Queue queue, List<Access> accesses) {
        Tokens tokens = Tokens.NONE;
        for (Queue from : Queue.values()) {
            List<OrderTracker.Node> nodes = tracker.conflicts(queue.ordinal(), accesses);
            nodes.removeIf(n -> n.queue != from.ordinal());
            if (nodes.isEmpty()) {
                continue;
            }
            Placed giver = soleGiver(nodes, queue);
            if (giver != null) {
                addSignal(giver, queue);
                tracker.tookFrom(queue.ordinal(), giver.node());
            } else {
                writer.add(new Instruction.Sync(from, Tokens.NONE.signalling(queue), true));
                tracker.tookDrain(queue.ordinal(), from.ordinal());
            }
            tokens = tokens.awaiting(from);
        }
        return tokens;
    }

    /** The latest of these commands, if it completes after all of them and may signal the queue. */
    private @Nullable Placed soleGiver(List<OrderTracker.Node> nodes, Queue to) {
        OrderTracker.Node latest = nodes.get(0);
        for (OrderTracker.Node node : nodes) {
            if (node.kind != latest.kind) {
                return null;
            }
            if (node.sequence > latest.sequence) {
                latest = node;
            }
        }
        for (Placed p : placed) {
            if (p.node() == latest) {
                return !p.inPrivateLoop() && maySignal(p, to) ? p : null;
            }
        }
        return null;
    }

    private boolean maySignal(Placed p, Queue to) {
        Instruction i = writer.stream(p.queue()).get(p.position());
        return switch (i.opcode()) {
            case LOAD_REGISTER -> false;
            case MATMUL -> to == Queue.LOAD;
            case EMIT -> to != Queue.LOAD;
            default -> true;
        };
    }

    private void addSignal(Placed p, Queue to) {
        Instruction i = writer.stream(p.queue()).get(p.position());
        writer.stream(p.queue()).set(p.position(), with(i, i.tokens().signalling(to)));
    }

    /** Tokens from random earlier commands of the same stretch. */
    private Tokens randomWaits(Queue queue, Instruction command, int times) {
        Tokens tokens = Tokens.NONE;
        for (Queue from : Queue.values()) {
            boolean allowed = from != queue && !(command instanceof Instruction.Emit && from == Queue.LOAD);
            if (!allowed || random.nextInt(3) != 0 || given[from.ordinal()][queue.ordinal()] + times > MAX_GIVEN) {
                continue;
            }
            List<Placed> givers = new ArrayList<>();
            for (Placed p : placed) {
                Instruction i = writer.stream(p.queue()).get(p.position());
                if (p.queue() == from
                        && !p.inPrivateLoop()
                        && maySignal(p, queue)
                        && !i.tokens().signals(queue)) {
                    givers.add(p);
                }
            }
            if (!givers.isEmpty()) {
                int last = givers.size() - 1;
                addSignal(givers.get(Math.max(0, last - random.nextInt(3))), queue);
                given[from.ordinal()][queue.ordinal()] += times;
                tokens = tokens.awaiting(from);
            }
        }
        return tokens;
    }

    /** All queues wait for all others (race-free programs); nothing before is related to what follows. */
    private void barrier() {
        if (raceFree) {
            int all = 15;
            for (Queue queue : Queue.values()) {
                writer.add(new Instruction.Sync(queue, new Tokens(0, all & ~queue.bit()), true));
            }
            for (Queue queue : Queue.values()) {
                writer.add(new Instruction.Sync(queue, new Tokens(all & ~queue.bit(), 0), false));
            }
            tracker.barrier();
        } else {
            tracker = new OrderTracker();
        }
        placed.clear();
    }

    private static Instruction with(Instruction i, Tokens t) {
        return switch (i) {
            case Instruction.Sync c -> new Instruction.Sync(c.queue(), t, c.drain());
            case Instruction.LoadWeights c ->
                new Instruction.LoadWeights(t, c.source(), c.target(), c.blocks(), c.format(), c.columns());
            case Instruction.LoadRows c ->
                new Instruction.LoadRows(t, c.source(), c.target(), c.rows(), c.rowBytes(), c.strideRegister());
            case Instruction.LoadTransposed c ->
                new Instruction.LoadTransposed(t, c.source(), c.target(), c.rows(), c.rowBytes(), c.strideRegister());
            case Instruction.LoadScales c ->
                new Instruction.LoadScales(t, c.source(), c.target(), c.blocks(), c.strideRegister(), c.columns());
            case Instruction.LoadLinear c ->
                new Instruction.LoadLinear(t, c.source(), c.target(), c.rows(), c.rowBytes(), c.strideRegister());
            case Instruction.LoadHalves c ->
                new Instruction.LoadHalves(t, c.source(), c.target(), c.rows(), c.strideRegister());
            case Instruction.LoadRegister c -> new Instruction.LoadRegister(t, c.source(), c.rd());
            case Instruction.MatMul c ->
                new Instruction.MatMul(
                        t,
                        c.activation(),
                        c.weight(),
                        c.blocks(),
                        c.blocksRegister(),
                        c.m(),
                        c.n(),
                        c.slot(),
                        c.format(),
                        c.unitScale());
            case Instruction.Emit c -> new Instruction.Emit(t, c.target(), c.stride(), c.m(), c.n(), c.slot());
            case Instruction.Vector c ->
                new Instruction.Vector(
                        t,
                        c.function(),
                        c.memoryA(),
                        c.a(),
                        c.memoryB(),
                        c.b(),
                        c.target(),
                        c.d(),
                        c.rows(),
                        c.lengthRegister(),
                        c.strideA(),
                        c.strideB(),
                        c.strideD(),
                        c.constants(),
                        c.format(),
                        c.rowScale(),
                        c.growing());
            case Instruction.Store c ->
                new Instruction.Store(
                        t, c.target(), c.source(), c.rows(), c.rowBytes(), c.sourceStride(), c.targetStride());
            default -> throw new IllegalArgumentException(i.opcode().text() + " carries no tokens");
        };
    }
}
