package dev.hwc.sim.dram.check;

import java.util.Arrays;

/** The rules of refresh and power-down. */
final class RefreshChecks {
    private final TraceChecker trace;

    RefreshChecks(TraceChecker trace) {
        this.trace = trace;
    }

    void refreshAll(RankHistory rank, long t) {
        for (BankHistory b : rank.banks) {
            trace.check(!b.open, Rule.BANK_OPEN, "a bank has an open row");
            trace.after(t, b.precharged, b.recovery, Rule.TRP);
        }
        trace.check(rank.half < 0, Rule.SPLIT_ACTIVATE, "a bank waits for its ACT2");
        trace.after(t, rank.refreshed, trace.figure("tRFCab"), Rule.TRFC);
        trace.after(t, rank.bankRefreshed, trace.figure("tRFCpb"), Rule.TRFCPB);
        rank.refreshed = t;
        rank.refreshes++;
    }

    void refreshBank(RankHistory rank, int bank, long t) {
        trace.known(trace.figure("banksPerRefresh") > 0);
        int together = Math.max(1, trace.figure("banksPerRefresh"));
        int distance = rank.banks.length / together;
        trace.require(bank < distance, "REFPB of the first bank of those refreshed together");
        trace.after(t, rank.bankRefreshed, trace.figure("tPBR2PBR"), Rule.TPBR2PBR);
        trace.after(t, rank.refreshed, trace.figure("tRFCab"), Rule.TRFC);
        trace.after(t, rank.activated, trace.figure("tRRDS"), Rule.TRRD_S);
        for (int i = bank; i < rank.banks.length; i += distance) {
            BankHistory b = rank.banks[i];
            trace.check(!b.open && rank.half != i, Rule.BANK_OPEN, "the bank has an open row");
            trace.after(t, b.precharged, b.recovery, Rule.TRP);
            trace.after(t, b.refreshed, trace.figure("tRFCpb"), Rule.TRFCPB);
            b.refreshed = t;
            b.rounds++;
            long round = b.rounds;
            boolean fair = Arrays.stream(rank.banks).allMatch(other -> other.rounds >= round - 1);
            trace.check(fair, Rule.REFRESH_ROUND, "round " + round + " began before round " + (round - 1) + " ended");
        }
        rank.bankRefreshed = t;
        rank.refreshes++;
    }

    /** Refreshes are due at multiples of tREFI; only so many may be owed, or done ahead. */
    void owed(RankHistory rank, long t) {
        if (trace.refreshMode.equals("off")) {
            return;
        }
        long due = t * trace.refreshSets / trace.refreshInterval;
        long owed = due - rank.refreshes;
        long limit = (long) trace.refreshLimit * trace.refreshSets;
        trace.check(
                Math.abs(owed) <= limit,
                Rule.TREFI,
                rank.refreshes + " done, " + due + " due, at most " + limit + " apart");
    }

    void power(TraceLine c, RankHistory rank) {
        boolean exit = c.command().equals("PDX");
        trace.check(rank.asleep == exit, Rule.POWER_DOWN_STATE, rank.asleep ? "the rank sleeps" : "the rank is awake");
        if (!exit) {
            trace.after(c.cycle() + trace.length(c.command()) - 1, rank.woke, trace.figure("tXP"), Rule.TXP);
        }
    }

    void sleep(RankHistory rank, long t) {
        trace.after(t, rank.read, trace.cl + trace.bl + 1, Rule.POWER_DOWN_ENTRY);
        trace.after(t, rank.write, trace.cwl + trace.bl + trace.figure("tWR"), Rule.POWER_DOWN_ENTRY);
        trace.check(rank.half < 0, Rule.POWER_DOWN_ENTRY, "a bank waits for its ACT2");
        trace.after(t, rank.woke, trace.figure("tCKE"), Rule.TCKE);
        rank.asleep = true;
        rank.slept = t;
    }

    void wake(RankHistory rank, long t) {
        trace.after(t, rank.slept, trace.figure("tCKE"), Rule.TCKE);
        rank.asleep = false;
        rank.woke = t;
    }
}
