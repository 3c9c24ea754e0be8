package dev.hwc.sim.dram.check;

/** The rules of opening and closing rows. */
final class RowChecks {
    private static final int FOUR = 4;

    private final TraceChecker trace;

    RowChecks(TraceChecker trace) {
        this.trace = trace;
    }

    void activate(TraceLine c, RankHistory rank, int bank, long t) {
        BankHistory b = rank.banks[bank];
        trace.check(!b.open, Rule.BANK_OPEN, "the bank has an open row");
        trace.after(t, b.precharged, b.recovery, Rule.TRP);
        trace.after(t, b.activated, trace.figure("tRC"), Rule.TRC);
        trace.after(t, rank.activatedInGroup[c.group()], trace.figure("tRRDL"), Rule.TRRD_L);
        trace.after(t, rank.activated, trace.figure("tRRDS"), Rule.TRRD_S);
        if (rank.window.size() == FOUR) {
            trace.after(t, rank.window.removeFirst(), trace.figure("tFAW"), Rule.TFAW);
        }
        trace.after(t, rank.refreshed, trace.figure("tRFCab"), Rule.TRFC);
        trace.after(t, b.refreshed, trace.figure("tRFCpb"), Rule.TRFCPB);
        trace.after(t, rank.bankRefreshed, trace.figure("tPBR2ACT"), Rule.TPBR2ACT);
        trace.after(t, rank.setActivated, trace.figure("tRRDSET"), Rule.TRRDSET);
        rank.window.addLast(t);
        rank.activated = t;
        rank.activatedInGroup[c.group()] = t;
        b.activated = t;
    }

    void secondHalf(TraceLine c, RankHistory rank, int bank, long t) {
        trace.check(
                rank.half == bank && rank.halfRow == c.last(),
                Rule.SPLIT_ACTIVATE,
                rank.half < 0 ? "no ACT1 before" : "the ACT1 before was for another bank or row");
        trace.check(
                t - rank.halfAt <= trace.figure("tAAD"),
                Rule.TAAD,
                t - rank.halfAt + " clocks, at most " + trace.figure("tAAD"));
        rank.half = -1;
        rank.banks[bank].open = true;
    }

    void prechargeRank(RankHistory rank, long t) {
        trace.after(t, rank.precharge, trace.figure("tPPD"), Rule.TPPD);
        trace.after(t, rank.refreshed, trace.figure("tRFCab"), Rule.TRFC);
        rank.precharge = t;
    }

    void precharge(RankHistory rank, int bank, long t, long recovery) {
        BankHistory b = rank.banks[bank];
        if (!b.open) {
            return;
        }
        trace.after(t, b.activated, trace.ras, Rule.TRAS);
        trace.after(t, b.read, trace.figure("tRTP"), Rule.TRTP);
        trace.after(t, b.write, trace.cwl + trace.bl + trace.figure("tWR"), Rule.TWR);
        b.open = false;
        b.precharged = t;
        b.recovery = recovery;
    }
}
