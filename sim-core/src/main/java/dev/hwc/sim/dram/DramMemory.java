package dev.hwc.sim.dram;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.dram.controller.ChannelController;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.controller.ServedRequests;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.dram.energy.DramEnergy;
import dev.hwc.sim.dram.energy.EnergyTable;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.memory.MemoryUse;
import java.util.function.IntFunction;

/**
 * DRAM channels behind an accelerator's port. A burst of the port is cut into bursts of the memory, which are spread over
 * channels every 256 bytes; answers leave in the order of submission, reads at most one beat per cycle of the port,
 * writes as soon as all parts are in the controllers' queues. The port and the memory have clocks of their own.
 */
public final class DramMemory implements MemoryModel {
    /** Consecutive bytes of one channel. */
    private static final int CHANNEL_BYTES = 256;

    private final DramSpec dram;
    private final ChannelController[] channels;
    private final ClockCrossing crossing;
    /** Logarithms of the bytes of a burst, of consecutive bursts of a channel, of channels. */
    private final int burstShift;

    private final int stripeShift;
    private final int channelShift;
    private final int beatBytes;
    private final ResponseBuffer reads = new ResponseBuffer(false);
    private final ResponseBuffer writes = new ResponseBuffer(true);
    /** Clocks from a read command to its answer, and from one read command of a channel to the next, at least. */
    private final int readClocks;

    private final int readDistance;
    private long lastSubmission;

    /**
     * A memory.
     *
     * @param portKhz clock of the port
     * @param beatBytes its width
     * @param channelCount a power of two
     * @param observers told the commands of each channel
     */
    public DramMemory(
            DramSpec spec,
            ControllerPolicy policy,
            long portKhz,
            int beatBytes,
            int channelCount,
            IntFunction<CommandObserver> observers) {
        if (channelCount < 1 || channelCount > 64 || Integer.bitCount(channelCount) != 1) {
            throw new DramFormatException(channelCount + " channels; allowed are powers of two 1..64");
        }
        dram = spec;
        crossing = new ClockCrossing(portKhz, spec.clockKhz());
        burstShift = Integer.numberOfTrailingZeros(spec.burstBytes());
        stripeShift = Math.max(0, Integer.numberOfTrailingZeros(CHANNEL_BYTES) - burstShift);
        channelShift = Integer.numberOfTrailingZeros(channelCount);
        this.beatBytes = beatBytes;
        int column = spec.clocks(Command.RD);
        readClocks = column - 1 + spec.get("tCL") + spec.get("tBL") + policy.responseClocks();
        readDistance =
                spec.rankCount() == 1 ? Math.max(column, Math.min(spec.get("tCCDS"), spec.get("tCCDL"))) : column;
        channels = new ChannelController[channelCount];
        for (int c = 0; c < channelCount; c++) {
            channels[c] = new ChannelController(spec, policy, observers.apply(c), new Served());
        }
    }

    /** The memory that a hardware description names. */
    public static DramMemory of(HardwareSpec spec) {
        return new DramMemory(
                DramPresets.find(spec.memory().kind()),
                ControllerPolicy.DEFAULT,
                1000L * spec.clockMhz(),
                spec.port().beatBytes(),
                spec.memory().channels(),
                _ -> CommandObserver.NONE);
    }

    /** Requests carry the ticket and the direction. */
    private final class Served implements ServedRequests {
        @Override
        public void accepted(long tag, boolean write, long cycle) {
            if (write) {
                writes.served(tag, 1, crossing.toPort(cycle + 1));
            }
        }

        @Override
        public void read(long tag, int requests, long cycle) {
            reads.served(tag, requests, crossing.toPort(cycle));
        }
    }

    @Override
    public long submit(long cycle, boolean write, long address, int bytes, long ticket) {
        long first = address >>> burstShift;
        long last = (address + bytes - 1) >>> burstShift;
        int transfer = write ? 1 : (bytes + beatBytes - 1) / beatBytes;
        (write ? writes : reads).add(ticket, cycle, transfer, (int) (last - first + 1));
        lastSubmission = cycle;
        long arrival = crossing.toMemory(cycle);
        int mask = channels.length - 1;
        if (write) {
            for (long burst = first; burst <= last; burst++) {
                channels[(int) (burst >>> stripeShift) & mask].submit(arrival, true, inChannel(burst), ticket);
            }
        } else {
            long firstBlock = first >>> stripeShift;
            long lastBlock = last >>> stripeShift;
            for (long block = firstBlock; block <= Math.min(lastBlock, firstBlock + mask); block++) {
                long end = lastBlock - (lastBlock - block & mask);
                long from = inChannel(Math.max(first, block << stripeShift));
                long to = inChannel(Math.min(last, ((end + 1) << stripeShift) - 1));
                channels[(int) block & mask].submitTrain(arrival, from, (int) (to - from + 1), ticket);
            }
        }
        return PENDING;
    }

    /** Number of a burst among those of its channel. */
    private long inChannel(long burst) {
        long within = burst & ((1L << stripeShift) - 1);
        return burst >>> stripeShift >>> channelShift << stripeShift | within;
    }

    @Override
    public long nextEvent() {
        if (reads.size() == 0 && writes.size() == 0) {
            return NEVER;
        }
        long next = ChannelController.NEVER;
        boolean written = writes.size() > 0;
        for (ChannelController channel : channels) {
            next = Math.min(next, channel.next());
            written |= channel.holdsWrites();
        }
        // refreshes of an idle time before the last burst are made up for when that burst comes
        long event = Math.max(lastSubmission, crossing.portCycleOf(next));
        if (written) {
            return event;
        }
        // a read is answered by commands alone, the first of which comes next
        int more = (reads.missing() - 1) >>> channelShift;
        long answer = crossing.portCycleOf(next + readClocks + more * (long) readDistance);
        return Math.max(event, Math.max(answer, reads.earliest()));
    }

    @Override
    public void advance(long cycle, Completion sink) {
        long limit = crossing.toMemory(cycle + 1) - 1;
        for (ChannelController channel : channels) {
            channel.run(limit);
        }
        reads.answer(sink);
        writes.answer(sink);
    }

    @Override
    public void reset() {
        for (ChannelController channel : channels) {
            channel.reset();
        }
        reads.clear();
        writes.clear();
        lastSubmission = 0;
    }

    @Override
    public MemoryUse use(long cycle) {
        DramEnergy energy = DramEnergy.of(dram, counts(cycle), EnergyTable.shipped());
        return new MemoryUse(energy.picojoules(), 0);
    }

    /** Commands of all channels up to a cycle of the port, not before one to which the memory was advanced. */
    public CommandCounts counts(long cycle) {
        CommandCounts sum = new CommandCounts();
        for (ChannelController channel : channels) {
            sum.add(channel.counts(crossing.toMemory(cycle + 1) - 1));
        }
        return sum;
    }
}
