package dev.hwc.sim.dram.check;

import static dev.hwc.sim.dram.check.PlantedViolationTest.earlier;

import dev.hwc.sim.dram.check.PlantedViolationTest.Case;
import dev.hwc.sim.dram.check.PlantedViolationTest.Trace;
import java.util.ArrayList;
import java.util.List;

/** Planted violations of the rules of memories that compute. */
final class UnitPlants {
    private final List<Case> cases = new ArrayList<>();

    private UnitPlants() {}

    static List<Case> cases() {
        UnitPlants plants = new UnitPlants();
        plants.rows();
        plants.columns();
        plants.registers();
        plants.modes();
        plants.host();
        return plants.cases;
    }

    /** HBM2-PIM with units on, even banks open and odd banks open on a row of registers. */
    private static Trace hbm() {
        return new Trace("hbm2-pim").at(0, "MOD", "2").at(10, "ACTS", "even 5").at(16, "ACTS", "odd 9");
    }

    /** A memory without modes, all banks open. */
    private static Trace banks() {
        return new Trace("hbm3-bank-pim").at(0, "ACTS", "all 5");
    }

    private void rows() {
        Trace even = new Trace("hbm2-pim").at(0, "MOD", "2").at(10, "ACTS", "even 5");
        cases.add(earlier(Rule.TRCDMAC, even.copy().at(10 + even.p("tRCDMAC"), "RDS", "even 0")));
        cases.add(earlier(Rule.TRCD, even.copy().at(10 + even.p("tRCDWR"), "WRS", "even 0")));
        cases.add(earlier(Rule.TRRDSET, even.copy().at(10 + even.p("tRRDSET"), "ACTS", "odd 5")));
        cases.add(earlier(Rule.TRAS, even.copy().at(10 + even.p("tRAS"), "PRES", "even")));
        Trace closed = even.copy().at(80, "PRES", "even");
        cases.add(earlier(Rule.TRP, closed.copy().at(80 + even.p("tRP"), "ACTS", "even 6")));
        cases.add(earlier(Rule.TRP, closed.copy().at(80 + even.p("tRP"), "REFAB", "")));
        Trace soon = even.copy().at(10 + even.p("tRAS"), "PRES", "even");
        cases.add(earlier(Rule.TRC, soon.copy().at(10 + even.p("tRC"), "ACTS", "even 6")));
        cases.add(new Case(
                Rule.BANK_OPEN,
                closed.copy().at(100, "ACTS", "even 6"),
                even.copy().at(100, "ACTS", "even 6")));
        cases.add(new Case(
                Rule.BANK_CLOSED,
                even.copy().at(40, "RDS", "even 0"),
                even.copy().at(40, "RDS", "all 0")));
        Trace refreshed = new Trace("hbm2-pim").at(0, "MOD", "2").at(10, "REFAB", "");
        cases.add(earlier(Rule.TRFC, refreshed.copy().at(10 + even.p("tRFCab"), "ACTS", "even 5")));
        Trace one = new Trace("hbm3-bank-pim").at(0, "ACT", "0 0 5");
        cases.add(earlier(Rule.TRRD_L, one.at(one.p("tRRDL"), "ACTS", "odd 5")));
        Trace odd = new Trace("hbm3-bank-pim").at(0, "ACTS", "odd 5");
        cases.add(earlier(Rule.TRRDSET, odd.at(odd.p("tRRDSET"), "ACT", "0 0 5")));
        Trace window = new Trace("hbm3-bank-pim")
                .at(0, "ACT", "0 0 5")
                .at(4, "ACT", "1 0 5")
                .at(8, "ACT", "2 0 5")
                .at(12, "ACT", "3 0 5");
        cases.add(earlier(Rule.TFAW, window.at(window.p("tFAW"), "ACTS", "odd 5")));
    }

    private void columns() {
        Trace read = hbm().at(40, "RDS", "even 0");
        Trace store = hbm().at(40, "WRS", "even 0");
        cases.add(earlier(Rule.TCCDMAC, read.copy().at(40 + read.p("tCCDMAC"), "RDS", "even 1")));
        cases.add(earlier(Rule.TCCDMAC, store.copy().at(40 + read.p("tCCDMAC"), "WRS", "even 1")));
        cases.add(earlier(Rule.TMACREG, read.copy().at(40 + read.p("tMACREG"), "WRS", "even 1")));
        cases.add(earlier(Rule.TSTOREMAC, store.copy().at(40 + read.p("tSTOREMAC"), "RDS", "even 1")));
        cases.add(earlier(Rule.TRTP, read.copy().at(60, "RDS", "even 1").at(60 + read.p("tRTP"), "PRES", "even")));
        long written = 40 + read.p("tCWL") + read.p("tBL") + read.p("tWR");
        cases.add(earlier(Rule.TWR, store.copy().at(written, "PRES", "even")));
    }

    private void registers() {
        Trace in = hbm().at(40, "WRR", "odd 0");
        cases.add(earlier(Rule.TREGMAC, in.copy().at(40 + in.p("tREGMAC"), "RDS", "even 0")));
        cases.add(earlier(Rule.TCCDREG, in.copy().at(40 + in.p("tCCDREG"), "WRR", "odd 1")));
        cases.add(earlier(Rule.TMACREG, hbm().at(40, "RDS", "even 0").at(40 + in.p("tMACREG"), "WRR", "odd 0")));
        cases.add(new Case(Rule.BANK_CLOSED, in, in.without(2)));
        cases.add(new Case(Rule.BANK_CLOSED, in, in.changed(3, "odd", "none")));
        Trace read = banks().at(40, "RDS", "all 0");
        cases.add(earlier(Rule.TMACREAD, read.copy().at(40 + read.p("tMACREAD"), "RDR", "none 0")));
        Trace out = banks().at(40, "RDR", "none 0");
        cases.add(earlier(Rule.TREADREG, out.copy().at(40 + out.p("tREADREG"), "WRR", "none 0")));
        cases.add(earlier(Rule.TREADREAD, out.copy().at(40 + out.p("tREADREAD"), "RDR", "none 0")));
        Trace write = banks().at(40, "WRR", "none 0");
        cases.add(earlier(Rule.TREGREAD, write.copy().at(40 + write.p("tREGREAD"), "RDR", "none 0")));
        Trace clocked =
                new Trace("lpddr5-pim").at(0, "MOD", "2").at(20, "CAS", "").at(21, "WRR", "none 0");
        cases.add(new Case(Rule.DATA_CLOCK, clocked, clocked.without(1)));
    }

    private void modes() {
        Trace change = new Trace("gddr6-aim").at(0, "MOD", "1");
        cases.add(earlier(Rule.TMOD, change.copy().at(change.p("tMOD"), "WRR", "none 0")));
        Trace in = hbm().at(40, "WRR", "odd 0");
        long done = 40 + in.p("tCWL") + in.p("tBL");
        cases.add(earlier(Rule.MODE_SET, in.copy().at(done, "MOD", "1")));
        Trace host = new Trace("hbm2-pim").at(0, "ACT", "0 0 5").at(40, "WR", "0 0 31");
        cases.add(earlier(Rule.MODE_SET, host.copy().at(done, "MOD", "1")));
        Trace read = hbm().at(40, "RDS", "even 0");
        cases.add(new Case(Rule.MODE, read, read.changed(0, "2", "1")));
        cases.add(new Case(Rule.MODE, in, in.changed(0, "2", "0")));
        Trace single =
                new Trace("hbm2-pim").at(0, "MOD", "0").at(10, "ACT", "0 0 5").at(40, "RD", "0 0 1");
        cases.add(new Case(Rule.MODE, single, single.changed(0, "MOD 0", "MOD 1")));
        Trace foreign = new Trace("lpddr5-pim").at(0, "MOD", "2").at(20, "PRES", "all");
        cases.add(new Case(Rule.FOREIGN_COMMAND, foreign, foreign.changed(1, "PRES all", "ACTS all 5")));
    }

    private void host() {
        Trace read = banks().at(60, "RDS", "all 0");
        cases.add(earlier(Rule.HOST_AND_UNITS, read.copy().at(60 + read.p("tCCDMAC"), "RD", "0 0 1")));
        cases.add(earlier(Rule.HOST_AND_UNITS, read.copy().at(60 + read.p("tRTW"), "WR", "0 0 1")));
        long turn = read.p("tCWL") + read.p("tBL") + read.p("tWTRL");
        Trace store = banks().at(60, "WRS", "all 0");
        cases.add(earlier(Rule.HOST_AND_UNITS, store.copy().at(60 + turn, "RD", "0 0 1")));
        Trace write = banks().at(60, "WR", "0 0 1");
        cases.add(earlier(Rule.HOST_AND_UNITS, write.copy().at(60 + turn, "RDS", "all 0")));
        Trace hostRead = banks().at(60, "RD", "0 0 1");
        cases.add(earlier(Rule.HOST_AND_UNITS, hostRead.copy().at(60 + read.p("tRTW"), "WRR", "none 0")));
    }
}
