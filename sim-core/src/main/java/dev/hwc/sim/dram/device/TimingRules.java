package dev.hwc.sim.dram.device;

import static dev.hwc.sim.dram.device.Command.ACT;
import static dev.hwc.sim.dram.device.Command.ACT1;
import static dev.hwc.sim.dram.device.Command.ACT2;
import static dev.hwc.sim.dram.device.Command.ACTS;
import static dev.hwc.sim.dram.device.Command.CAS;
import static dev.hwc.sim.dram.device.Command.MOD;
import static dev.hwc.sim.dram.device.Command.PDE;
import static dev.hwc.sim.dram.device.Command.PDX;
import static dev.hwc.sim.dram.device.Command.PRE;
import static dev.hwc.sim.dram.device.Command.PREA;
import static dev.hwc.sim.dram.device.Command.PRES;
import static dev.hwc.sim.dram.device.Command.RD;
import static dev.hwc.sim.dram.device.Command.RDA;
import static dev.hwc.sim.dram.device.Command.RDR;
import static dev.hwc.sim.dram.device.Command.RDS;
import static dev.hwc.sim.dram.device.Command.REFAB;
import static dev.hwc.sim.dram.device.Command.REFPB;
import static dev.hwc.sim.dram.device.Command.WR;
import static dev.hwc.sim.dram.device.Command.WRA;
import static dev.hwc.sim.dram.device.Command.WRR;
import static dev.hwc.sim.dram.device.Command.WRS;
import static dev.hwc.sim.dram.device.TimingRule.Scope.BANK;
import static dev.hwc.sim.dram.device.TimingRule.Scope.GROUP;
import static dev.hwc.sim.dram.device.TimingRule.Scope.OTHER_RANK;
import static dev.hwc.sim.dram.device.TimingRule.Scope.RANK;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The rules of a memory as a list, from its parameters. The four-activate window, the split activation and the data
 * clock are not pairs of commands; they stand in {@link BankStates}.
 */
public final class TimingRules {
    private static final Set<Command> OPEN = Set.of(ACT, ACT1);
    private static final Set<Command> READS = Set.of(RD, RDA);
    private static final Set<Command> WRITES = Set.of(WR, WRA);
    private static final Set<Command> AWAKE = EnumSet.complementOf(EnumSet.of(PDX));

    private final DramSpec spec;
    private final List<TimingRule> rules = new ArrayList<>();

    private TimingRules(DramSpec spec) {
        this.spec = spec;
    }

    /** All rules of a memory. */
    public static List<TimingRule> of(DramSpec spec) {
        TimingRules table = new TimingRules(spec);
        table.rows();
        table.columns();
        table.refreshes();
        if (spec.perBankRefresh()) {
            table.bankRefreshes();
        }
        table.powerDown();
        if (spec.computes()) {
            table.unitRows();
            table.unitColumns();
            table.modes();
        }
        return List.copyOf(table.rules);
    }

    private int p(String parameter) {
        return spec.get(parameter);
    }

    /** From a write command to the moment its data are in the bank. */
    private int written() {
        return p("tCWL") + p("tBL") + p("tWR");
    }

    /** From an activate to the next of the bank, or to its refresh: a precharge, perhaps an automatic one, lies between. */
    private int rowCycle() {
        return Math.max(p("tRC"), p("tRAS") + p("tRP"));
    }

    private void add(TimingRule.Scope scope, Set<Command> from, Set<Command> to, int clocks, String name) {
        rules.add(new TimingRule(scope, from, to, clocks, name));
    }

    private void rows() {
        add(BANK, OPEN, OPEN, rowCycle(), "tRC");
        add(BANK, OPEN, READS, p("tRCDRD"), "tRCDRD");
        add(BANK, OPEN, WRITES, p("tRCDWR"), "tRCDWR");
        add(BANK, OPEN, Set.of(PRE), p("tRAS"), "tRAS");
        add(RANK, OPEN, Set.of(PREA), p("tRAS"), "tRAS");
        add(RANK, OPEN, OPEN, p("tRRDS"), "tRRD_S");
        add(GROUP, OPEN, OPEN, p("tRRDL"), "tRRD_L");
        add(BANK, Set.of(PRE), OPEN, p("tRP"), "tRP");
        add(RANK, Set.of(PREA), OPEN, p("tRPab"), "tRPab");
        add(RANK, Set.of(PRE, PREA), Set.of(PRE, PREA), p("tPPD"), "tPPD");
        add(BANK, Set.of(ACT1), Set.of(ACT2), 1, "ACT2 after ACT1");
        add(BANK, Set.of(ACT2), READS, 1, "column after ACT2");
        add(BANK, Set.of(ACT2), WRITES, 1, "column after ACT2");
    }

    private void columns() {
        add(RANK, READS, READS, p("tCCDS"), "tCCD_S");
        add(GROUP, READS, READS, p("tCCDL"), "tCCD_L");
        add(RANK, WRITES, WRITES, p("tCCDSWR"), "tCCD_S_WR");
        add(GROUP, WRITES, WRITES, p("tCCDLWR"), "tCCD_L_WR");
        add(RANK, READS, WRITES, p("tRTW"), "tRTW");
        add(RANK, WRITES, READS, p("tCWL") + p("tBL") + p("tWTRS"), "CWL + BL + tWTR_S");
        add(GROUP, WRITES, READS, p("tCWL") + p("tBL") + p("tWTRL"), "CWL + BL + tWTR_L");
        int turn = p("tBL") + p("tCS");
        add(OTHER_RANK, READS, READS, turn, "BL + tCS");
        add(OTHER_RANK, WRITES, WRITES, turn, "BL + tCS");
        add(OTHER_RANK, READS, WRITES, p("tCL") + turn - p("tCWL"), "CL + BL + tCS - CWL");
        add(OTHER_RANK, WRITES, READS, Math.max(1, p("tCWL") + turn - p("tCL")), "CWL + BL + tCS - CL");
        add(BANK, Set.of(RD), Set.of(PRE), p("tRTP"), "tRTP");
        add(RANK, Set.of(RD), Set.of(PREA), p("tRTP"), "tRTP");
        add(BANK, Set.of(WR), Set.of(PRE), written(), "CWL + BL + tWR");
        add(RANK, Set.of(WR), Set.of(PREA), written(), "CWL + BL + tWR");
        add(BANK, Set.of(RDA), OPEN, p("tRTP") + p("tRP"), "tRTP + tRP");
        add(BANK, Set.of(WRA), OPEN, written() + p("tRP"), "CWL + BL + tWR + tRP");
    }

    private void refreshes() {
        Set<Command> refresh = Set.of(REFAB);
        add(RANK, OPEN, refresh, rowCycle(), "tRC");
        add(RANK, Set.of(PRE), refresh, p("tRP"), "tRP");
        add(RANK, Set.of(PREA), refresh, p("tRPab"), "tRPab");
        add(RANK, Set.of(RDA), refresh, p("tRTP") + p("tRP"), "tRTP + tRP");
        add(RANK, Set.of(WRA), refresh, written() + p("tRP"), "CWL + BL + tWR + tRP");
        add(RANK, refresh, Set.of(ACT, ACT1, REFAB, REFPB, PRE, PREA, PDE), p("tRFCab"), "tRFCab");
    }

    private void bankRefreshes() {
        Set<Command> refresh = Set.of(REFPB);
        add(BANK, OPEN, refresh, rowCycle(), "tRC");
        add(RANK, OPEN, refresh, p("tRRDS"), "tRRD before REFpb");
        add(BANK, Set.of(PRE), refresh, p("tRP"), "tRP");
        add(RANK, Set.of(PREA), refresh, p("tRPab"), "tRPab");
        add(BANK, Set.of(RDA), refresh, p("tRTP") + p("tRP"), "tRTP + tRP");
        add(BANK, Set.of(WRA), refresh, written() + p("tRP"), "CWL + BL + tWR + tRP");
        add(BANK, refresh, Set.of(ACT, ACT1, REFPB, PRE), p("tRFCpb"), "tRFCpb");
        add(RANK, refresh, OPEN, p("tPBR2ACT"), "REFpb to ACT");
        add(RANK, refresh, Set.of(REFPB), p("tPBR2PBR"), "REFpb to REFpb");
        add(RANK, refresh, Set.of(REFAB, PREA, PDE), p("tRFCpb"), "tRFCpb");
    }

    /** Entry only when the data buses rest and writes are in their banks. */
    private void powerDown() {
        Set<Command> entry = Set.of(PDE);
        add(RANK, READS, entry, p("tCL") + p("tBL") + 1, "CL + BL + 1");
        add(RANK, WRITES, entry, written() + p("tRP"), "CWL + BL + tWR + tRP");
        add(RANK, Set.of(ACT, ACT2, PRE, PREA), entry, 1, "one command at a time");
        add(RANK, entry, Set.of(PDX), p("tCKE"), "tCKE");
        add(RANK, Set.of(PDX), AWAKE, p("tXP"), "tXP");
        add(RANK, Set.of(PDX), Set.of(PDE), Math.max(p("tXP"), p("tCKE")), "tCKE");
        add(RANK, Set.of(CAS), entry, 1, "one command at a time");
    }

    /** Sets of banks open and close like banks; one command feeds all of a set (tFAW counts it once). */
    private void unitRows() {
        Set<Command> open = Set.of(ACT, ACT1, ACTS);
        add(BANK, Set.of(ACTS), open, rowCycle(), "tRC");
        add(BANK, OPEN, Set.of(ACTS), rowCycle(), "tRC");
        add(RANK, Set.of(ACTS), open, p("tRRDSET"), "tRRDSET");
        add(RANK, OPEN, Set.of(ACTS), p("tRRDL"), "tRRD_L");
        add(BANK, Set.of(PRE, PRES), Set.of(ACTS), p("tRP"), "tRP");
        add(BANK, Set.of(PRES), OPEN, p("tRP"), "tRP");
        add(RANK, Set.of(PREA), Set.of(ACTS), p("tRPab"), "tRPab");
        add(BANK, open, Set.of(PRES), p("tRAS"), "tRAS");
        add(BANK, Set.of(ACTS), Set.of(PRE), p("tRAS"), "tRAS");
        add(RANK, Set.of(ACTS), Set.of(PREA), p("tRAS"), "tRAS");
        add(RANK, Set.of(PRE, PREA, PRES), Set.of(PRES), p("tPPD"), "tPPD");
        add(RANK, Set.of(PRES), Set.of(PRE, PREA), p("tPPD"), "tPPD");
        add(RANK, Set.of(ACTS), Set.of(REFAB), rowCycle(), "tRC");
        add(RANK, Set.of(PRES), Set.of(REFAB), p("tRP"), "tRP");
        add(RANK, Set.of(REFAB), Set.of(ACTS, PRES), p("tRFCab"), "tRFCab");
        add(BANK, open, Set.of(RDS), p("tRCDMAC"), "tRCDMAC");
        add(BANK, Set.of(ACT2), Set.of(RDS, WRS, WRR), 1, "column after ACT2");
        add(BANK, open, Set.of(WRS, WRR), p("tRCDWR"), "tRCDWR");
        add(BANK, Set.of(ACTS), READS, p("tRCDRD"), "tRCDRD");
        add(BANK, Set.of(ACTS), WRITES, p("tRCDWR"), "tRCDWR");
        for (Set<Command> close : List.of(Set.of(PRE, PRES), Set.of(PREA))) {
            TimingRule.Scope scope = close.contains(PREA) ? RANK : BANK;
            add(scope, Set.of(RDS), close, p("tRTP"), "tRTP");
            add(scope, Set.of(WRR), close, p("registersNeedRow") > 0 ? written() : 0, "CWL + BL + tWR");
            add(scope, Set.of(WRS), close, written(), "CWL + BL + tWR");
        }
        add(BANK, Set.of(RD), Set.of(PRES), p("tRTP"), "tRTP");
        add(BANK, Set.of(WR), Set.of(PRES), written(), "CWL + BL + tWR");
    }

    private void unitColumns() {
        Set<Command> reads = Set.of(RDS);
        Set<Command> stores = Set.of(WRS);
        Set<Command> in = Set.of(WRR);
        Set<Command> out = Set.of(RDR);
        int toRead = p("tCWL") + p("tBL") + p("tWTRL");
        add(RANK, reads, reads, p("tCCDMAC"), "tCCDMAC");
        add(RANK, stores, stores, p("tCCDMAC"), "tCCDMAC");
        add(RANK, in, stores, p("tCCDMAC"), "tCCDMAC");
        add(RANK, stores, in, p("tCCDMAC"), "tCCDMAC");
        add(RANK, in, in, p("tCCDREG"), "tCCDREG");
        add(RANK, reads, Set.of(WRS, WRR), p("tMACREG"), "tMACREG");
        add(RANK, in, reads, p("tREGMAC"), "tREGMAC");
        add(RANK, stores, reads, p("tSTOREMAC"), "tSTOREMAC");
        add(RANK, reads, out, p("tMACREAD"), "tMACREAD");
        add(RANK, out, in, p("tREADREG"), "tREADREG");
        add(RANK, in, out, p("tREGREAD"), "tREGREAD");
        add(RANK, out, out, p("tREADREAD"), "tREADREAD");
        add(RANK, out, reads, p("tCCDMAC"), "tCCDMAC");
        add(RANK, stores, out, p("tSTOREMAC"), "tSTOREMAC");
        // the host's own columns, before and after
        add(RANK, READS, Set.of(RDS, RDR), p("tCCDL"), "tCCD_L");
        add(RANK, READS, Set.of(WRS, WRR), p("tRTW"), "tRTW");
        add(RANK, WRITES, Set.of(WRS, WRR), p("tCCDLWR"), "tCCD_L_WR");
        add(RANK, WRITES, Set.of(RDS, RDR), toRead, "CWL + BL + tWTR_L");
        add(RANK, Set.of(RDS, RDR), READS, p("tCCDMAC"), "tCCDMAC");
        add(RANK, Set.of(RDS, RDR), WRITES, p("tRTW"), "tRTW");
        add(RANK, Set.of(WRS, WRR), READS, toRead, "CWL + BL + tWTR_L");
        add(RANK, Set.of(WRS, WRR), WRITES, p("tCCDLWR"), "tCCD_L_WR");
    }

    /** A mode set by a write holds when its data are there; after a change everything waits. */
    private void modes() {
        Set<Command> mode = Set.of(MOD);
        add(RANK, EnumSet.complementOf(EnumSet.of(MOD)), mode, 1, "one command at a time");
        add(RANK, Set.of(WR, WRA), mode, p("tCWL") + p("tBL"), "CWL + BL");
        add(RANK, Set.of(WRR), mode, p("registersNeedRow") > 0 ? p("tCWL") + p("tBL") : 1, "CWL + BL");
        add(RANK, mode, EnumSet.allOf(Command.class), p("tMOD"), "tMOD");
    }
}
