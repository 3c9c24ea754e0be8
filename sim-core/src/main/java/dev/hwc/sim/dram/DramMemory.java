package dev.hwc.sim.dram;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.dram.controller.ChannelController;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.controller.ServedRequests;
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
    private final int burstBytes;
    private final int stripe;
    private final int beatBytes;
    private final ResponseBuffer reads = new ResponseBuffer(false);
    private final ResponseBuffer writes = new ResponseBuffer(true);
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
        burstBytes = spec.burstBytes();
        stripe = Math.max(1, CHANNEL_BYTES / burstBytes);
        this.beatBytes = beatBytes;
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
                writes.served(tag, crossing.toPort(cycle + 1));
            }
        }

        @Override
        public void read(long tag, long cycle) {
            reads.served(tag, crossing.toPort(cycle));
        }
    }

    @Override
    public long submit(long cycle, boolean write, long address, int bytes, long ticket) {
        long first = address / burstBytes;
        long last = (address + bytes - 1) / burstBytes;
        int transfer = write ? 1 : (bytes + beatBytes - 1) / beatBytes;
        (write ? writes : reads).add(ticket, cycle, transfer, (int) (last - first + 1));
        lastSubmission = cycle;
        long arrival = crossing.toMemory(cycle);
        for (long burst = first; burst <= last; burst++) {
            long block = burst / stripe;
            int channel = (int) (block & (channels.length - 1));
            long inChannel = block / channels.length * stripe + burst % stripe;
            channels[channel].submit(arrival, write, inChannel, ticket);
        }
        return PENDING;
    }

    @Override
    public long nextEvent() {
        if (reads.size() == 0 && writes.size() == 0) {
            return NEVER;
        }
        long next = ChannelController.NEVER;
        for (ChannelController channel : channels) {
            next = Math.min(next, channel.next());
        }
        // refreshes of an idle time before the last burst are made up for when that burst comes
        return Math.max(lastSubmission, crossing.portCycleOf(next));
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
