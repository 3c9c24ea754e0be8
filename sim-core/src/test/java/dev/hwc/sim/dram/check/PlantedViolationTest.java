package dev.hwc.sim.dram.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.dram.device.ParameterTable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For every rule a legal trace at the edge of it, and the same trace changed by one clock, one word or one line, in which
 * the checker must find that rule broken.
 */
class PlantedViolationTest {
    /** A trace under construction; times are those of last clocks. */
    static final class Trace {
        private final DramSpec spec;
        private final String set;
        private final List<Long> starts = new ArrayList<>();
        private final List<String> words = new ArrayList<>();
        private String mode = "all-bank";
        private long end = -1;

        Trace(String memory) {
            this(memory, DramPresets.resource(memory + ".csv"));
        }

        Trace(String memory, String set) {
            this.set = set;
            spec = DramSpec.of(ParameterTable.parse(memory, set));
        }

        long p(String parameter) {
            return spec.get(parameter);
        }

        /** A command whose last clock is this one: {@code COMMAND pseudochannel rank ...}. */
        Trace at(long lastClock, String command, String rank, String rest) {
            starts.add(lastClock - spec.clocks(Command.valueOf(command)) + 1);
            words.add(rank + " " + command + (rest.isEmpty() ? "" : " " + rest));
            return this;
        }

        Trace at(long lastClock, String command, String rest) {
            return at(lastClock, command, "0 0", rest);
        }

        Trace perBank() {
            mode = "per-bank";
            return this;
        }

        Trace end(long cycle) {
            end = cycle;
            return this;
        }

        Trace copy() {
            Trace copy = new Trace(spec.name(), set);
            copy.starts.addAll(starts);
            copy.words.addAll(words);
            copy.mode = mode;
            copy.end = end;
            return copy;
        }

        /** The last command comes some clocks earlier or later. */
        Trace moved(long by) {
            Trace copy = copy();
            copy.starts.set(starts.size() - 1, starts.getLast() + by);
            return copy;
        }

        Trace without(int index) {
            Trace copy = copy();
            copy.starts.remove(index);
            copy.words.remove(index);
            return copy;
        }

        Trace changed(int index, String from, String to) {
            Trace copy = copy();
            assertTrue(words.get(index).contains(from));
            copy.words.set(index, words.get(index).replace(from, to));
            return copy;
        }

        TraceChecker check() {
            TraceChecker checker = new TraceChecker(set);
            checker.line("hwc-dram-trace 1");
            checker.line("memory " + spec.name());
            checker.line("refresh " + mode);
            for (int i = 0; i < starts.size(); i++) {
                checker.line(starts.get(i) + " " + words.get(i));
            }
            checker.line("end " + (end < 0 ? starts.getLast() + 8 : end));
            checker.finish();
            return checker;
        }
    }

    record Case(Rule rule, Trace legal, Trace broken) {
        @Override
        public String toString() {
            return rule + " " + legal.spec.name();
        }
    }

    /** The last command is at the edge; a clock earlier breaks the rule. */
    static Case earlier(Rule rule, Trace legal) {
        return new Case(rule, legal, legal.moved(-1));
    }

    private static Trace ddr4() {
        return new Trace("ddr4-3200");
    }

    private static Trace lpddr5() {
        Trace t = new Trace("lpddr5-6400");
        return t.at(0, "ACT1", "0 0 5").at(1, "ACT2", "0 0 5");
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        rows(cases);
        columns(cases);
        refreshes(cases);
        powerDown(cases);
        buses(cases);
        lpddr5(cases);
        cases.addAll(UnitPlants.cases());
        return cases.stream();
    }

    private static void rows(List<Case> cases) {
        Trace t = ddr4().at(0, "ACT", "0 0 5");
        cases.add(earlier(Rule.TRCD, t.copy().at(t.p("tRCDRD"), "RD", "0 0 1")));
        cases.add(earlier(Rule.TRCD, t.copy().at(t.p("tRCDWR"), "WR", "0 0 1")));
        cases.add(earlier(Rule.TRAS, t.copy().at(t.p("tRAS"), "PRE", "0 0")));
        cases.add(earlier(Rule.TRAS, t.copy().at(t.p("tRAS"), "PREA", "")));
        long late = t.p("tRAS") + 10;
        cases.add(earlier(Rule.TRP, t.copy().at(late, "PRE", "0 0").at(late + t.p("tRP"), "ACT", "0 0 6")));
        cases.add(earlier(Rule.TRP, t.copy().at(late, "PREA", "").at(late + t.p("tRPab"), "REFAB", "")));
        cases.add(earlier(Rule.TRC, t.copy().at(t.p("tRAS"), "PRE", "0 0").at(t.p("tRC"), "ACT", "0 0 6")));
        cases.add(earlier(Rule.TRRD_S, t.copy().at(t.p("tRRDS"), "ACT", "1 0 5")));
        cases.add(earlier(Rule.TRRD_L, t.copy().at(t.p("tRRDL"), "ACT", "0 1 5")));
        Trace four = t.copy();
        for (int g = 1; g < 4; g++) {
            four.at(g * t.p("tRRDS"), "ACT", g + " 0 5");
        }
        cases.add(earlier(Rule.TFAW, four.at(t.p("tFAW"), "ACT", "0 1 5")));
        cases.add(new Case(Rule.BANK_OPEN, closedBetween(), closedBetween().without(1)));
        cases.add(new Case(
                Rule.FOREIGN_COMMAND,
                t.copy().at(40, "RD", "0 0 1"),
                t.copy().at(40, "RD", "0 0 1").changed(0, "ACT", "ACT1")));
        Trace ddr5 = new Trace("ddr5-4800")
                .at(1, "ACT", "0 0 5")
                .at(20, "ACT", "1 0 5")
                .at(200, "PRE", "0 0");
        cases.add(earlier(Rule.TPPD, ddr5.at(200 + ddr5.p("tPPD"), "PRE", "1 0")));
    }

    private static Trace closedBetween() {
        return ddr4().at(0, "ACT", "0 0 5").at(60, "PRE", "0 0").at(90, "ACT", "0 0 6");
    }

    private static void columns(List<Case> cases) {
        Trace open = ddr4().at(0, "ACT", "0 0 5").at(8, "ACT", "1 0 5").at(16, "ACT", "0 1 5");
        Trace read = open.copy().at(60, "RD", "0 0 1");
        Trace write = open.copy().at(60, "WR", "0 0 1");
        long written = 60 + open.p("tCWL") + open.p("tBL");
        cases.add(earlier(Rule.TCCD_S, read.copy().at(60 + open.p("tCCDS"), "RD", "1 0 1")));
        cases.add(earlier(Rule.TCCD_L, read.copy().at(60 + open.p("tCCDL"), "RD", "0 1 1")));
        cases.add(earlier(Rule.TCCD_S, write.copy().at(60 + open.p("tCCDSWR"), "WR", "1 0 1")));
        cases.add(earlier(Rule.TCCD_L, write.copy().at(60 + open.p("tCCDLWR"), "WR", "0 1 1")));
        cases.add(earlier(Rule.TWTR_S, write.copy().at(written + open.p("tWTRS"), "RD", "1 0 1")));
        cases.add(earlier(Rule.TWTR_L, write.copy().at(written + open.p("tWTRL"), "RD", "0 1 1")));
        cases.add(earlier(Rule.TRTW, read.copy().at(60 + open.p("tRTW"), "WR", "1 0 1")));
        cases.add(earlier(Rule.TWR, write.copy().at(written + open.p("tWR"), "PRE", "0 0")));
        cases.add(earlier(Rule.TRTP, read.copy().at(60 + open.p("tRTP"), "PRE", "0 0")));
        Trace auto = ddr4().at(0, "ACT", "0 0 5").at(60, "RDA", "0 0 1");
        cases.add(earlier(Rule.TRP, auto.copy().at(60 + auto.p("tRTP") + auto.p("tRP"), "ACT", "0 0 6")));
        Trace wra = ddr4().at(0, "ACT", "0 0 5").at(60, "WRA", "0 0 1");
        cases.add(earlier(Rule.TRP, wra.copy().at(written + wra.p("tWR") + wra.p("tRP"), "ACT", "0 0 6")));
        cases.add(new Case(Rule.BANK_CLOSED, read.copy(), read.without(0)));
    }

    private static void refreshes(List<Case> cases) {
        Trace all = ddr4().at(0, "REFAB", "");
        cases.add(earlier(Rule.TRFC, all.copy().at(all.p("tRFCab"), "ACT", "0 0 5")));
        cases.add(earlier(Rule.TRFC, all.copy().at(all.p("tRFCab"), "REFAB", "")));
        Trace open = ddr4().at(0, "ACT", "0 0 5").at(60, "PRE", "0 0").at(100, "REFAB", "");
        cases.add(new Case(Rule.BANK_OPEN, open, open.without(1)));
        Trace quiet = ddr4().at(0, "ACT", "0 0 5");
        long limit = quiet.p("postponedRefreshes");
        cases.add(new Case(
                Rule.TREFI,
                quiet.copy().end((limit + 1) * quiet.p("tREFI") - 1),
                quiet.copy().end((limit + 1) * quiet.p("tREFI"))));
        Trace ahead = ddr4();
        for (int i = 0; i < limit; i++) {
            ahead.at(i * ahead.p("tRFCab"), "REFAB", "");
        }
        cases.add(new Case(Rule.TREFI, ahead, ahead.copy().at(limit * ahead.p("tRFCab"), "REFAB", "")));
        Trace bank = new Trace("hbm2-2.0").perBank().at(10, "REFPB", "0 0");
        cases.add(earlier(Rule.TRFCPB, bank.copy().at(10 + bank.p("tRFCpb"), "ACT", "0 0 5")));
        cases.add(earlier(Rule.TPBR2PBR, bank.copy().at(10 + bank.p("tPBR2PBR"), "REFPB", "0 1")));
        cases.add(earlier(Rule.TPBR2ACT, bank.copy().at(10 + bank.p("tPBR2ACT"), "ACT", "1 0 5")));
        Trace next = bank.copy().at(300, "REFPB", "0 1");
        cases.add(new Case(Rule.REFRESH_ROUND, next, next.changed(1, "0 1", "0 0")));
        Trace pair = new Trace("lpddr5-6400").perBank().at(0, "REFPB", "0 0");
        cases.add(earlier(
                Rule.TRFCPB,
                pair.copy().at(pair.p("tRFCpb"), "ACT1", "2 0 5").at(pair.p("tRFCpb") + 1, "ACT2", "2 0 5"),
                1));
    }

    /** As {@link #earlier(Rule, Trace)} for a command before the last. */
    static Case earlier(Rule rule, Trace legal, int fromEnd) {
        Trace broken = legal.copy();
        int index = legal.starts.size() - 1 - fromEnd;
        broken.starts.set(index, legal.starts.get(index) - 1);
        return new Case(rule, legal, broken);
    }

    private static void powerDown(List<Case> cases) {
        Trace sleep = ddr4().at(10, "PDE", "");
        Trace wake = sleep.copy().at(50, "PDX", "");
        cases.add(earlier(Rule.TCKE, sleep.copy().at(10 + sleep.p("tCKE"), "PDX", "")));
        cases.add(earlier(Rule.TXP, wake.copy().at(50 + wake.p("tXP"), "ACT", "0 0 5")));
        Trace again = wake.copy().at(100, "ACT", "0 0 5");
        cases.add(new Case(Rule.POWER_DOWN_STATE, again, again.without(1)));
        cases.add(new Case(Rule.POWER_DOWN_STATE, again, again.without(0)));
        Trace read = ddr4().at(0, "ACT", "0 0 5").at(60, "RD", "0 0 1");
        cases.add(earlier(Rule.POWER_DOWN_ENTRY, read.copy().at(60 + read.p("tCL") + read.p("tBL") + 1, "PDE", "")));
        Trace write = ddr4().at(0, "ACT", "0 0 5").at(60, "WR", "0 0 1");
        long written = 60 + write.p("tCWL") + write.p("tBL") + write.p("tWR");
        cases.add(earlier(Rule.POWER_DOWN_ENTRY, write.copy().at(written, "PDE", "")));
    }

    private static void buses(List<Case> cases) {
        Trace turn = ddr4().at(0, "ACT", "0 0 5").at(60, "RD", "0 0 1");
        Trace turned = turn.copy().at(60 + turn.p("tRTW"), "WR", "0 0 1");
        cases.add(new Case(Rule.DATA_BUS, turned, turned.moved(-3)));
        String twoRanks = DramPresets.text("ddr4-3200").replace("ranks,1,", "ranks,2,");
        Trace ranks = new Trace("two-ranks", twoRanks)
                .at(0, "ACT", "0 0", "0 0 5")
                .at(4, "ACT", "0 1", "0 0 5")
                .at(60, "RD", "0 0", "0 0 1");
        cases.add(
                earlier(Rule.RANK_SWITCH, ranks.copy().at(60 + ranks.p("tBL") + ranks.p("tCS"), "RD", "0 1", "0 0 1")));
        cases.add(earlier(
                Rule.COMMAND_BUS, new Trace("ddr5-4800").at(1, "ACT", "0 0 5").at(2, "PRE", "1 0")));
        Trace hbm = new Trace("hbm2-2.0").at(1, "ACT", "0 0", "0 0 5").at(3, "ACT", "1 0", "0 0 5");
        cases.add(earlier(Rule.ROW_BUS, hbm));
        cases.add(
                earlier(Rule.COLUMN_BUS, hbm.copy().at(40, "RD", "0 0", "0 0 1").at(41, "RD", "1 0", "0 0 1")));
    }

    private static void lpddr5(List<Case> cases) {
        Trace open = lpddr5();
        Trace read = open.copy().at(20, "CAS", "").at(21, "RD", "0 0 1");
        cases.add(new Case(Rule.DATA_CLOCK, read, read.without(2)));
        long stops = 21 + open.p("tCL") + open.p("tBL") + open.p("tWCKPST");
        Trace last = read.copy().at(stops - 1, "RD", "0 0 2");
        cases.add(new Case(Rule.DATA_CLOCK, last, last.moved(1)));
        cases.add(new Case(Rule.SYNC_UNUSED, read, read.moved(1)));
        cases.add(new Case(Rule.SPLIT_ACTIVATE, open, open.changed(1, "0 0 5", "0 0 6")));
        cases.add(new Case(Rule.SPLIT_ACTIVATE, open, open.without(0)));
        Trace half = new Trace("lpddr5-6400").at(0, "ACT1", "0 0 5");
        Trace whole = half.copy().at(half.p("tAAD"), "ACT2", "0 0 5");
        cases.add(new Case(Rule.TAAD, whole, whole.moved(1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void legalAtTheEdgeAndBrokenBeyondIt(Case planted) {
        assertEquals(List.of(), planted.legal().check().firstViolations());
        TraceChecker checker = planted.broken().check();
        Set<Rule> found =
                checker.firstViolations().stream().map(Violation::rule).collect(Collectors.toSet());
        assertTrue(found.contains(planted.rule()), () -> planted.rule() + " not in " + checker.firstViolations());
        assertEquals(checker.firstViolations().size(), checker.violations());
    }

    @Test
    void everyRuleIsPlanted() {
        Set<Rule> planted = cases().map(Case::rule).collect(Collectors.toCollection(() -> EnumSet.noneOf(Rule.class)));
        assertEquals(EnumSet.allOf(Rule.class), planted);
    }
}
