package dev.hwc.sim.dram.device;

import dev.hwc.sim.dram.DramFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One channel of a memory: organization, clock and times. Times are in clocks of the command clock. Every value comes
 * from a table with its source ({@link ParameterTable}); what the parameters mean stands in docs/memory.md.
 */
public final class DramSpec {
    private static final List<String> REQUIRED = List.of(
            "pseudoChannels",
            "ranks",
            "bankGroups",
            "banksPerGroup",
            "rows",
            "rowBytes",
            "burstBytes",
            "busBits",
            "clockKhz",
            "transfersPerClock",
            "clocksActivate",
            "clocksColumn",
            "clocksPrecharge",
            "clocksRefresh",
            "tBL",
            "tCL",
            "tCWL",
            "tRCDRD",
            "tRCDWR",
            "tRP",
            "tRPab",
            "tRAS",
            "tRC",
            "tWR",
            "tRTP",
            "tCCDS",
            "tCCDL",
            "tCCDSWR",
            "tCCDLWR",
            "tRRDS",
            "tRRDL",
            "tFAW",
            "tWTRS",
            "tWTRL",
            "tRTW",
            "tCS",
            "tRFCab",
            "tREFI",
            "tXP",
            "tCKE",
            "postponedRefreshes",
            "banksPerRefresh");
    private static final List<String> PER_BANK_REFRESH = List.of("tRFCpb", "tPBR2PBR", "tPBR2ACT");
    private static final List<String> DATA_CLOCK = List.of("tAAD", "tWCKPST");
    private static final List<String> OPTIONAL = List.of("tPPD", "pimUnits");
    /** Of memories that compute; what they mean stands in docs/pim.md. */
    private static final List<String> UNITS = List.of(
            "pimMode",
            "registerModeFrom",
            "registersNeedRow",
            "setActivate",
            "tRCDMAC",
            "tCCDMAC",
            "tCCDREG",
            "tMACREG",
            "tREGMAC",
            "tSTOREMAC",
            "tMACREAD",
            "tREADREG",
            "tREGREAD",
            "tREADREAD",
            "tREGIN",
            "tREGOUT",
            "tRRDSET",
            "tMOD",
            "unitBits",
            "unitAccumulators",
            "unitScalars",
            "bufferBytes",
            "defaultChannels");

    private static final int MAXIMUM = 1 << 30;

    private final String name;
    private final String title;
    private final Family family;
    private final Map<String, Integer> values;

    private DramSpec(String name, String title, Family family, Map<String, Integer> values) {
        this.name = name;
        this.title = title;
        this.family = family;
        this.values = values;
    }

    /**
     * A memory from its table.
     *
     * @throws DramFormatException naming all problems
     */
    public static DramSpec of(ParameterTable table) {
        List<String> problems = new ArrayList<>();
        Family family = family(table, problems);
        Map<String, Integer> values = new LinkedHashMap<>();
        List<String> known = new ArrayList<>(REQUIRED);
        known.addAll(OPTIONAL);
        known.addAll(PER_BANK_REFRESH);
        known.addAll(DATA_CLOCK);
        known.addAll(UNITS);
        table.entries().forEach((parameter, entry) -> {
            if (!parameter.equals("family")) {
                number(parameter, entry.value(), known, problems).ifPresent(v -> values.put(parameter, v));
            }
        });
        List<String> needed = new ArrayList<>(REQUIRED);
        if (values.getOrDefault("banksPerRefresh", 0) > 0) {
            needed.addAll(PER_BANK_REFRESH);
        }
        if (family.dataClock()) {
            needed.addAll(DATA_CLOCK);
        }
        if (values.getOrDefault("pimUnits", 0) > 0) {
            needed.addAll(UNITS);
        }
        needed.stream().filter(p -> !table.entries().containsKey(p)).forEach(p -> problems.add(p + " is missing"));
        DramSpec spec = new DramSpec(table.name(), table.title(), family, values);
        if (problems.isEmpty()) {
            spec.check(problems);
        }
        if (!problems.isEmpty()) {
            throw new DramFormatException("memory " + table.name() + ": " + String.join("; ", problems));
        }
        return spec;
    }

    private static Family family(ParameterTable table, List<String> problems) {
        ParameterTable.Entry entry = table.entries().get("family");
        for (Family family : Family.values()) {
            if (entry != null && family.name().equals(entry.value())) {
                return family;
            }
        }
        problems.add("family is " + (entry == null ? "missing" : "'" + entry.value() + "'") + ", allowed "
                + Arrays.toString(Family.values()));
        return Family.DDR4;
    }

    private static Optional<Integer> number(String parameter, String value, List<String> known, List<String> problems) {
        if (!known.contains(parameter)) {
            problems.add("parameter '" + parameter + "' is unknown");
            return Optional.empty();
        }
        if (!value.matches("[0-9]{1,10}") || Long.parseLong(value) > MAXIMUM) {
            problems.add(parameter + " is '" + value + "', allowed 0.." + MAXIMUM);
            return Optional.empty();
        }
        return Optional.of(Integer.valueOf(value));
    }

    private void check(List<String> problems) {
        for (String power : List.of(
                "pseudoChannels",
                "ranks",
                "bankGroups",
                "banksPerGroup",
                "rows",
                "rowBytes",
                "burstBytes",
                "busBits")) {
            require(problems, Integer.bitCount(get(power)) == 1, power + " " + get(power) + " is no power of two");
        }
        for (String positive : List.of(
                "clockKhz",
                "transfersPerClock",
                "tBL",
                "tCL",
                "tCWL",
                "tRCDRD",
                "tRCDWR",
                "tRP",
                "tRAS",
                "tRTP",
                "tRFCab",
                "tREFI",
                "tXP",
                "tCKE",
                "clocksActivate",
                "clocksColumn",
                "clocksPrecharge",
                "clocksRefresh")) {
            require(problems, get(positive) > 0, positive + " is 0; at least 1");
        }
        require(problems, banks() <= 1024, "a channel has " + banks() + " banks; at most 1024");
        require(problems, get("rowBytes") >= get("burstBytes"), "rowBytes " + get("rowBytes") + " holds no burst");
        // each of the three is rounded to clocks on its own
        atLeast(problems, "tRC", "tRAS + tRP - 1", get("tRAS") + get("tRP") - 1);
        atLeast(problems, "tRPab", "tRP", get("tRP"));
        atLeast(problems, "tRAS", "tRCDRD", get("tRCDRD"));
        atLeast(problems, "tCCDS", "tBL", get("tBL"));
        atLeast(problems, "tCCDL", "tCCDS", get("tCCDS"));
        atLeast(problems, "tCCDSWR", "tBL", get("tBL"));
        atLeast(problems, "tCCDLWR", "tCCDSWR", get("tCCDSWR"));
        atLeast(problems, "tRRDL", "tRRDS", get("tRRDS"));
        atLeast(problems, "tWTRL", "tWTRS", get("tWTRS"));
        atLeast(problems, "tFAW", "3 tRRDS", 3 * get("tRRDS"));
        atLeast(problems, "tRTW", "CL + BL - CWL (the data bus)", get("tCL") + get("tBL") - get("tCWL"));
        atLeast(problems, "tREFI", "tRFCab + tRPab + tRC", get("tRFCab") + get("tRPab") + get("tRC"));
        require(
                problems,
                (long) get("tBL") * get("transfersPerClock") * get("busBits") == 8L * get("burstBytes"),
                "tBL " + get("tBL") + " clocks move "
                        + (long) get("tBL") * get("transfersPerClock") * get("busBits") / 8 + " bytes, burstBytes is "
                        + get("burstBytes"));
        if (computes()) {
            checkUnits(problems);
        }
        if (perBankRefresh()) {
            require(
                    problems,
                    banksPerRank() % get("banksPerRefresh") == 0,
                    "banksPerRefresh " + get("banksPerRefresh") + " does not divide " + banksPerRank());
            long interval = (long) get("tREFI") * get("banksPerRefresh") / banksPerRank();
            require(
                    problems,
                    interval > get("tPBR2PBR"),
                    "tPBR2PBR " + get("tPBR2PBR") + " leaves no time between the " + "refreshes of banks, due every "
                            + interval);
        }
    }

    private void checkUnits(List<String> problems) {
        require(
                problems,
                banksPerRank() % get("pimUnits") == 0 && banksPerRank() / get("pimUnits") <= 2,
                "pimUnits " + get("pimUnits") + " is neither the number of banks " + banksPerRank()
                        + " nor half of it");
        boolean atBanks = get("pimUnits") == banksPerRank();
        require(problems, pseudoChannels() == 1 && get("ranks") == 1, "units with several pseudo-channels or ranks");
        require(problems, banksPerRank() == 16, "units with " + banksPerRank() + " banks; 16 are modelled");
        require(
                problems,
                burstBytes() == 32 && get("unitBits") == 256,
                "unitBits " + get("unitBits") + " and burstBytes " + burstBytes() + ", allowed 256 and 32");
        require(problems, columns() >= 4, "rowBytes " + get("rowBytes") + " holds fewer than 4 bursts");
        require(
                problems,
                atBanks ? get("bufferBytes") >= 128 && get("bufferBytes") % 32 == 0 : get("bufferBytes") == 0,
                "bufferBytes " + get("bufferBytes") + ", allowed for units " + (atBanks ? "at" : "between") + " banks "
                        + (atBanks ? "multiples of 32 from 128 on" : "0"));
        require(
                problems,
                atBanks
                        ? get("pimMode") == 0 && get("registersNeedRow") == 0 && get("registerModeFrom") <= 1
                        : get("pimMode") == 2 && get("registerModeFrom") == 1,
                "modes of units "
                        + (atBanks
                                ? "at banks are pimMode 0 and registerModeFrom 0 or 1, without rows"
                                : "between banks are pimMode 2 and registerModeFrom 1"));
        require(
                problems,
                get("unitAccumulators") >= 1 && get("unitAccumulators") <= 8 && (atBanks || get("unitScalars") == 8),
                "unitAccumulators " + get("unitAccumulators") + " and unitScalars " + get("unitScalars")
                        + ", allowed 1..8 and, between banks, 8");
        require(
                problems,
                get("defaultChannels") >= 1 && get("defaultChannels") <= 1024,
                "defaultChannels " + get("defaultChannels") + ", allowed 1..1024");
        for (String positive : List.of("tRCDMAC", "tCCDMAC", "tCCDREG", "tMACREG", "tREGMAC", "tSTOREMAC", "tMOD")) {
            require(problems, get(positive) > 0, positive + " is 0; at least 1");
        }
        atLeast(problems, "tCCDREG", "tBL (the data bus)", get("tBL"));
        atLeast(problems, "tREADREAD", "tBL (the data bus)", get("tBL"));
        atLeast(problems, "tREGMAC", "tREGIN + tBL (the register is written)", get("tREGIN") + get("tBL"));
        atLeast(
                problems,
                "tRCDMAC",
                "tRCDRD (a unit reads no earlier than the host)",
                setActivate() ? get("tRCDRD") : 1);
    }

    private void atLeast(List<String> problems, String parameter, String what, int bound) {
        require(
                problems,
                get(parameter) >= bound,
                parameter + " " + get(parameter) + " is less than " + what + " = " + bound);
    }

    private static void require(List<String> problems, boolean ok, String problem) {
        if (!ok) {
            problems.add(problem);
        }
    }

    /** The preset's name, or the file's. */
    public String name() {
        return name;
    }

    /** One line for people. */
    public String title() {
        return title;
    }

    public Family family() {
        return family;
    }

    /** A parameter by its name in the table; an optional one that is not given is 0. */
    public int get(String parameter) {
        Integer value = values.get(parameter);
        if (value == null && !OPTIONAL.contains(parameter)) {
            throw new IllegalArgumentException("memory " + name + " has no parameter " + parameter);
        }
        return value == null ? 0 : value;
    }

    public int pseudoChannels() {
        return get("pseudoChannels");
    }

    /** Ranks of all pseudo-channels. */
    public int rankCount() {
        return pseudoChannels() * get("ranks");
    }

    public int banksPerRank() {
        return get("bankGroups") * get("banksPerGroup");
    }

    /** Banks of all ranks of all pseudo-channels. */
    public int banks() {
        return rankCount() * banksPerRank();
    }

    /** Bytes of one column command. */
    public int burstBytes() {
        return get("burstBytes");
    }

    /** Bursts of a row. */
    public int columns() {
        return get("rowBytes") / burstBytes();
    }

    public long capacityBytes() {
        return (long) banks() * get("rows") * get("rowBytes");
    }

    /** Whether the memory has units that compute. */
    public boolean computes() {
        return get("pimUnits") > 0;
    }

    /** Whether one command opens the rows of a set. */
    public boolean setActivate() {
        return get("setActivate") > 0;
    }

    public boolean perBankRefresh() {
        return get("banksPerRefresh") > 0;
    }

    /** Command clock. */
    public int clockKhz() {
        return get("clockKhz");
    }

    public double nanosecondsPerClock() {
        return 1e6 / clockKhz();
    }

    /** Bytes per second of all pseudo-channels when the data buses never rest. */
    public double peakBytesPerSecond() {
        return 1e3 * clockKhz() * get("transfersPerClock") * get("busBits") / 8 * pseudoChannels();
    }

    /** Clocks a command takes on its bus. */
    public int clocks(Command command) {
        return switch (command) {
            case ACT, ACT1, ACT2, ACTS -> get("clocksActivate");
            case RD, WR, RDA, WRA, RDS, WRS, WRR, RDR -> get("clocksColumn");
            case PRE, PREA, PRES -> get("clocksPrecharge");
            case REFAB, REFPB -> get("clocksRefresh");
            case CAS, PDE, PDX, MOD -> 1;
        };
    }
}
