package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.DramFormatException;

/**
 * What a controller may choose.
 *
 * @param queueEntries of reads and of writes, each
 * @param page whether a row stays open after its last queued access
 * @param refresh by rank, by bank, or not at all (for comparisons with simulators without refresh)
 * @param postponed refreshes that may be owed while requests wait
 * @param starvationClocks a request that waited longer is served before all others
 * @param powerDownAfter idle clocks before power-down entry; 0 is never
 * @param writeHigh writes from which on they are drained before reads
 * @param writeLow writes below which reads go first again
 * @param arrivalClocks from a request's arrival to the first clock at which its first command may begin
 * @param responseClocks from the last data on the bus to the answer
 * @param mapping fields of an address from the lowest bit upwards
 * @param xor whether bank and group are exclusive-ored with row bits
 */
public record ControllerPolicy(
        int queueEntries,
        Page page,
        Refresh refresh,
        int postponed,
        int starvationClocks,
        int powerDownAfter,
        int writeHigh,
        int writeLow,
        int arrivalClocks,
        int responseClocks,
        String mapping,
        boolean xor) {
    /** What happens to a row without queued accesses. */
    public enum Page {
        OPEN,
        CLOSED
    }

    /** Who is refreshed at once. */
    public enum Refresh {
        ALL_BANK,
        PER_BANK,
        OFF
    }

    /** Interleaves bank groups burst by burst. */
    public static final String GROUPS_FIRST = "pseudo,group,column,bank,rank,row";

    /**
     * As the public simulators: 32 entries, open page, all-bank refresh when due, writes drained from 26 down to 6. One
     * clock in and one out are the controller's own latency.
     */
    public static final ControllerPolicy DEFAULT =
            new ControllerPolicy(32, Page.OPEN, Refresh.ALL_BANK, 0, 4096, 1024, 26, 6, 1, 1, GROUPS_FIRST, true);

    public ControllerPolicy {
        check(queueEntries >= 1 && queueEntries <= 1024, "queueEntries " + queueEntries + ", allowed 1..1024");
        check(
                writeLow >= 0 && writeLow < writeHigh && writeHigh <= queueEntries,
                "write marks " + writeLow + " and " + writeHigh + ", allowed 0 <= low < high <= " + queueEntries);
        check(starvationClocks >= 1, "starvationClocks " + starvationClocks + ", at least 1");
        check(postponed >= 0 && powerDownAfter >= 0, "negative times");
        check(arrivalClocks >= 0 && responseClocks >= 0, "negative latency");
    }

    private static void check(boolean ok, String problem) {
        if (!ok) {
            throw new DramFormatException("controller policy: " + problem);
        }
    }

    public ControllerPolicy withPage(Page other) {
        return new ControllerPolicy(
                queueEntries,
                other,
                refresh,
                postponed,
                starvationClocks,
                powerDownAfter,
                writeHigh,
                writeLow,
                arrivalClocks,
                responseClocks,
                mapping,
                xor);
    }

    /** With another kind of refresh. */
    public ControllerPolicy withRefresh(Refresh other, int postponedRefreshes) {
        return new ControllerPolicy(
                queueEntries,
                page,
                other,
                postponedRefreshes,
                starvationClocks,
                powerDownAfter,
                writeHigh,
                writeLow,
                arrivalClocks,
                responseClocks,
                mapping,
                xor);
    }

    public ControllerPolicy withPowerDownAfter(int clocks) {
        return new ControllerPolicy(
                queueEntries,
                page,
                refresh,
                postponed,
                starvationClocks,
                clocks,
                writeHigh,
                writeLow,
                arrivalClocks,
                responseClocks,
                mapping,
                xor);
    }

    public ControllerPolicy withStarvationClocks(int clocks) {
        return new ControllerPolicy(
                queueEntries,
                page,
                refresh,
                postponed,
                clocks,
                powerDownAfter,
                writeHigh,
                writeLow,
                arrivalClocks,
                responseClocks,
                mapping,
                xor);
    }

    /** With another order of address fields. */
    public ControllerPolicy withMapping(String order, boolean exclusiveOr) {
        return new ControllerPolicy(
                queueEntries,
                page,
                refresh,
                postponed,
                starvationClocks,
                powerDownAfter,
                writeHigh,
                writeLow,
                arrivalClocks,
                responseClocks,
                order,
                exclusiveOr);
    }
}
