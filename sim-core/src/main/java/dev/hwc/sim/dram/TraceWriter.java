package dev.hwc.sim.dram;

import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Locale;
import java.util.function.Consumer;

/** Writes the commands of a channel as text, one line each (docs/spec/dram-trace.md). */
public final class TraceWriter implements CommandObserver {
    private static final String[] NAMES = new String[Command.values().length];

    private static final String[] SETS = new String[BankSet.values().length];

    static {
        for (BankSet set : BankSet.values()) {
            SETS[set.ordinal()] = set.name().toLowerCase(Locale.ROOT);
        }
        for (Command command : Command.values()) {
            NAMES[command.ordinal()] = command.name();
        }
    }

    private final Consumer<String> lines;
    private final int ranks;
    private final int groups;
    private final int banksPerGroup;
    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a trace.
     *
     * @param lines takes each line, without its end
     */
    public TraceWriter(DramSpec spec, ControllerPolicy policy, Consumer<String> lines) {
        this.lines = lines;
        ranks = spec.get("ranks");
        groups = spec.get("bankGroups");
        banksPerGroup = spec.get("banksPerGroup");
        lines.accept("hwc-dram-trace 1");
        lines.accept("memory " + spec.name());
        lines.accept(
                "refresh " + policy.refresh().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @Override
    public void issued(long cycle, Command command, int bank, int row, int column) {
        int group = bank / banksPerGroup;
        int rank = group / groups;
        text.setLength(0);
        text.append(cycle).append(' ').append(rank / ranks).append(' ').append(rank % ranks);
        text.append(' ').append(NAMES[command.ordinal()]);
        if (command.target() == Command.Target.BANK) {
            text.append(' ').append(group % groups).append(' ').append(bank % banksPerGroup);
            switch (command) {
                case ACT, ACT1, ACT2 -> text.append(' ').append(row);
                case RD, WR, RDA, WRA -> text.append(' ').append(column);
                default -> {}
            }
        } else if (command.target() == Command.Target.SET) {
            text.append(' ').append(SETS[bank - rank * groups * banksPerGroup]);
            switch (command) {
                case ACTS -> text.append(' ').append(row);
                case RDS, WRS, WRR, RDR -> text.append(' ').append(column);
                default -> {}
            }
        } else if (command == Command.MOD) {
            text.append(' ').append(row);
        }
        lines.accept(text.toString());
    }

    /** The last line: nothing more happened before this clock. */
    public void end(long cycle) {
        lines.accept("end " + cycle);
    }
}
