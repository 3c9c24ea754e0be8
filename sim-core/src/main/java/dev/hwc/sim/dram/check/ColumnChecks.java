package dev.hwc.sim.dram.check;

import java.util.Arrays;

/** The rules of columns and of the data they move. */
final class ColumnChecks {
    private DataBus[] buses = {};
    private final TraceChecker trace;

    ColumnChecks(TraceChecker trace) {
        this.trace = trace;
    }

    /** A bus per pseudo-channel. */
    void open(int pseudoChannels) {
        buses = new DataBus[pseudoChannels];
        Arrays.setAll(buses, _ -> new DataBus());
    }

    void column(TraceLine c, RankHistory rank, int bank, long t) {
        BankHistory b = rank.banks[bank];
        boolean write = c.command().startsWith("W");
        trace.check(b.open, Rule.BANK_CLOSED, "no row is open");
        trace.after(t, b.activated, trace.figure(write ? "tRCDWR" : "tRCDRD"), Rule.TRCD);
        if (write) {
            trace.after(t, rank.writeInGroup[c.group()], trace.figure("tCCDLWR"), Rule.TCCD_L);
            trace.after(t, rank.write, trace.figure("tCCDSWR"), Rule.TCCD_S);
            trace.after(t, rank.read, trace.figure("tRTW"), Rule.TRTW);
        } else {
            trace.after(t, rank.readInGroup[c.group()], trace.figure("tCCDL"), Rule.TCCD_L);
            trace.after(t, rank.read, trace.figure("tCCDS"), Rule.TCCD_S);
            trace.after(t, rank.writeInGroup[c.group()], trace.cwl + trace.bl + trace.figure("tWTRL"), Rule.TWTR_L);
            trace.after(t, rank.write, trace.cwl + trace.bl + trace.figure("tWTRS"), Rule.TWTR_S);
        }
        trace.units.hostColumn(rank, t, write);
        long first = t + (write ? trace.cwl : trace.cl);
        data(c, rank, first);
        if (write) {
            b.write = t;
            rank.write = t;
            rank.writeInGroup[c.group()] = t;
        } else {
            b.read = t;
            rank.read = t;
            rank.readInGroup[c.group()] = t;
        }
        if (c.command().endsWith("A")) {
            b.open = false;
            long ready = write ? t + trace.cwl + trace.bl + trace.figure("tWR") : t + trace.figure("tRTP");
            b.precharged = Math.max(ready, b.activated + trace.ras);
            b.recovery = trace.rp;
        }
    }

    /** Data on the bus, for which a data clock must run. */
    void data(TraceLine c, RankHistory rank, long first) {
        Rule bus = buses[c.pseudo()].put(first, first + trace.bl, c.rank(), trace.figure("tCS"));
        if (bus != null) {
            trace.violated(bus, "data from clock " + first);
        }
        if (trace.dataClock) {
            trace.check(c.cycle() < rank.dataClockEnds, Rule.DATA_CLOCK, "it ran until " + rank.dataClockEnds);
            rank.dataClockEnds = Math.max(rank.dataClockEnds, first + trace.bl + trace.figure("tWCKPST"));
        }
    }
}
