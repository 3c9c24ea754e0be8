package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.DramFormatException;
import dev.hwc.sim.dram.controller.ControllerPolicy.Refresh;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Arrays;

/**
 * When each rank owes a refresh. The k-th is due at k · tREFI, with refresh by bank at k · tREFI · banksPerRefresh /
 * banks, in turn over the banks.
 */
final class RefreshTimer {
    static final long NEVER = Long.MAX_VALUE;

    private final boolean off;
    private final boolean byBank;
    private final int sets;
    private final long interval;
    private final int postponed;
    private final long[] issued;
    /** Next due clock without and with postponement, per rank. */
    private final long[] due;

    private final long[] latest;

    RefreshTimer(DramSpec spec, ControllerPolicy policy) {
        off = policy.refresh() == Refresh.OFF;
        byBank = policy.refresh() == Refresh.PER_BANK;
        if (byBank && !spec.perBankRefresh()) {
            throw new DramFormatException("memory " + spec.name() + " has no per-bank refresh; use all-bank refresh");
        }
        if (policy.postponed() > spec.get("postponedRefreshes")) {
            throw new DramFormatException("memory " + spec.name() + " may postpone " + spec.get("postponedRefreshes")
                    + " refreshes, found " + policy.postponed());
        }
        sets = byBank ? spec.banksPerRank() / spec.get("banksPerRefresh") : 1;
        interval = spec.get("tREFI");
        postponed = policy.postponed() * sets;
        issued = new long[spec.rankCount()];
        due = new long[issued.length];
        latest = new long[issued.length];
        reset();
    }

    void reset() {
        Arrays.fill(issued, 0);
        for (int rank = 0; rank < issued.length; rank++) {
            next(rank);
        }
    }

    boolean byBank() {
        return byBank;
    }

    /**
     * The clock from which on a rank must be refreshed.
     *
     * @param wanted whether requests for the rank wait
     */
    long due(int rank, boolean wanted) {
        return wanted ? latest[rank] : due[rank];
    }

    /** Bank of a rank, among its own, that the next refresh by bank begins with. */
    int bank(int rank) {
        return (int) (issued[rank] % sets);
    }

    void refreshed(int rank) {
        issued[rank]++;
        next(rank);
    }

    private void next(int rank) {
        due[rank] = off ? NEVER : (issued[rank] + 1) * interval / sets;
        latest[rank] = off ? NEVER : (issued[rank] + 1 + postponed) * interval / sets;
    }
}
