package dev.hwc.sim.systolic.core;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.sim.systolic.effects.Effects;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Snapshot;
import org.jspecify.annotations.Nullable;

/** What must be remembered of load or store commands between start and completion, in a ring. */
final class InFlight {
    private final int[] signals;
    private final int[] pcs;
    private final int[] labels;
    private final int[] registers;
    private final long[] values;
    private final DeferredEffects.@Nullable Staged[] staged;
    private int current = -1;

    /** @param size most commands at once */
    InFlight(int size) {
        signals = new int[size];
        pcs = new int[size];
        labels = new int[size];
        registers = new int[size];
        values = new long[size];
        staged = new DeferredEffects.@Nullable Staged[size];
    }

    /** Remembers a command that starts; returns its number. Without effects load.register reads 0. */
    int add(Command c, @Nullable Effects effects) {
        current = (current + 1) % signals.length;
        signals[current] = c.signals;
        pcs[current] = c.pc;
        labels[current] = c.label;
        boolean register = c.opcode == Opcode.LOAD_REGISTER;
        registers[current] = register ? c.register : -1;
        values[current] = register && effects != null ? effects.word(c) : 0;
        return current;
    }

    /** Shows the state. */
    void state(Snapshot snapshot) {
        for (int i = 0; i < signals.length; i++) {
            int number = Math.floorMod(current - i, signals.length);
            snapshot.exact(signals[number]);
            snapshot.exact(pcs[number]);
            snapshot.exact(labels[number]);
            snapshot.exact(registers[number]);
            snapshot.exact(values[number]);
        }
    }

    /** Number of the command whose bursts are being sent. */
    int current() {
        return current;
    }

    int signals(int number) {
        return signals[number];
    }

    int pc(int number) {
        return pcs[number];
    }

    int label(int number) {
        return labels[number];
    }

    /** Register that the command writes, or −1. */
    int register(int number) {
        return registers[number];
    }

    long value(int number) {
        return values[number];
    }

    void defer(int number, DeferredEffects.Staged effect) {
        staged[number] = effect;
    }

    DeferredEffects.Staged deferred(int number) {
        DeferredEffects.Staged effect = staged[number];
        if (effect == null) {
            throw new IllegalStateException("command " + number + " has no staged effect");
        }
        return effect;
    }
}
