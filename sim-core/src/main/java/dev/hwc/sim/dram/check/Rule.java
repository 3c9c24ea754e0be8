package dev.hwc.sim.dram.check;

/** The rules of the referee. */
public enum Rule {
    TRCD("activate to column command"),
    TRP("precharge to activate or refresh"),
    TRAS("activate to precharge"),
    TRC("activate to activate of a bank"),
    TRRD_S("activate to activate, other bank group"),
    TRRD_L("activate to activate, same bank group"),
    TFAW("five activates"),
    TCCD_S("column to column command, other bank group"),
    TCCD_L("column to column command, same bank group"),
    TWTR_S("write data to read, other bank group"),
    TWTR_L("write data to read, same bank group"),
    TRTW("read to write"),
    TWR("write data to precharge"),
    TRTP("read to precharge"),
    TPPD("precharge to precharge"),
    TRFC("after an all-bank refresh"),
    TRFCPB("after a per-bank refresh of the bank"),
    TPBR2PBR("per-bank refresh to per-bank refresh"),
    TPBR2ACT("per-bank refresh to activate of another bank"),
    TREFI("refreshes owed or done ahead"),
    REFRESH_ROUND("a bank is refreshed again before all others were"),
    TXP("after power-down exit"),
    TCKE("length of power-down, or time until the next"),
    POWER_DOWN_ENTRY("power-down while data are on their way"),
    POWER_DOWN_STATE("a command in power-down, or an exit without entry"),
    DATA_BUS("two bursts on the data bus"),
    RANK_SWITCH("data bus between bursts of different ranks"),
    COMMAND_BUS("two commands on the command bus"),
    ROW_BUS("two commands on the row command bus"),
    COLUMN_BUS("two commands on the column command bus"),
    BANK_CLOSED("a column command to a closed bank"),
    BANK_OPEN("an activate or refresh of an open bank"),
    SPLIT_ACTIVATE("ACT1 and ACT2 do not belong together"),
    TAAD("ACT1 to ACT2"),
    DATA_CLOCK("a column command without running data clock"),
    SYNC_UNUSED("a CAS that no column command follows at once"),
    TRCDMAC("activate to a column read by units"),
    TCCDMAC("column to column of the units"),
    TCCDREG("register write to register write"),
    TMACREG("column read by units to register write or store"),
    TREGMAC("register write to column read by units"),
    TSTOREMAC("store by units to column read by units"),
    TMACREAD("column of the units to register read"),
    TREADREG("register read to register write"),
    TREGREAD("register write to register read"),
    TREADREAD("register read to register read"),
    TRRDSET("activate of a set to activate"),
    TMOD("mode change to any command"),
    MODE_SET("a mode change before its write is done"),
    MODE("a command that the mode of operation does not allow"),
    HOST_AND_UNITS("a column of the host too near to one of the units"),
    FOREIGN_COMMAND("a command this standard does not have");

    private final String meaning;

    Rule(String meaning) {
        this.meaning = meaning;
    }

    /** What is broken, for people. */
    public String meaning() {
        return meaning;
    }
}
