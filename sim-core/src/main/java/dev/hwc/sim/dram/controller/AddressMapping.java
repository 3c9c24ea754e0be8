package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.DramFormatException;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Arrays;
import java.util.List;

/**
 * Where a burst lies: bits of its number are pseudo-channel, rank, group, bank, column and row, in a chosen order from
 * the lowest upwards. With {@code xor}, bank and group are exclusive-ored with the Gray code of the row, so that strides
 * of whole rows spread over banks; neighbours in Gray code differ in one bit, so that a stream that goes on to the next
 * row does not come back to the bank it has just left. Bursts beyond the capacity wrap around.
 */
public final class AddressMapping {
    private static final List<String> FIELDS = List.of("pseudo", "rank", "group", "bank", "column", "row");

    private record Field(int shift, int bits) {
        int of(long burst) {
            return (int) (burst >>> shift) & ((1 << bits) - 1);
        }
    }

    private final Field pseudo;
    private final Field rank;
    private final Field group;
    private final Field bank;
    private final Field column;
    private final Field row;
    private final boolean xor;
    private final int groupBits;
    private final int blockBits;

    /**
     * A mapping.
     *
     * @param order all six fields, comma separated, lowest first
     */
    public AddressMapping(DramSpec spec, String order, boolean xor) {
        String[] fields = order.split(",", -1);
        if (fields.length != FIELDS.size() || !Arrays.asList(fields).containsAll(FIELDS)) {
            throw new DramFormatException(
                    "address mapping '" + order + "' must name each of " + String.join(", ", FIELDS) + " once");
        }
        pseudo = field(spec, fields, "pseudo");
        rank = field(spec, fields, "rank");
        group = field(spec, fields, "group");
        bank = field(spec, fields, "bank");
        column = field(spec, fields, "column");
        row = field(spec, fields, "row");
        this.xor = xor;
        groupBits = lowest(List.of(pseudo, group), 0);
        blockBits = lowest(List.of(column), groupBits);
    }

    /** Bits up to the end of those fields that come first from a bit on. */
    private static int lowest(List<Field> fields, int from) {
        int at = from;
        for (boolean found = true; found; ) {
            found = false;
            for (Field field : fields) {
                if (field.bits > 0 && field.shift == at) {
                    at += field.bits;
                    found = true;
                }
            }
        }
        return at;
    }

    /** Lowest bits of a burst's number that choose pseudo-channel and bank group. */
    int groupBits() {
        return groupBits;
    }

    /** Those and the column's, if it comes next: bursts that differ in these only are in one row of each of some banks. */
    int blockBits() {
        return blockBits;
    }

    private static Field field(DramSpec spec, String[] fields, String name) {
        int shift = 0;
        for (String other : fields) {
            if (other.equals(name)) {
                break;
            }
            shift += bits(spec, other);
        }
        return new Field(shift, bits(spec, name));
    }

    private static int bits(DramSpec spec, String field) {
        return Integer.numberOfTrailingZeros(
                switch (field) {
                    case "pseudo" -> spec.pseudoChannels();
                    case "rank" -> spec.get("ranks");
                    case "group" -> spec.get("bankGroups");
                    case "bank" -> spec.get("banksPerGroup");
                    case "column" -> spec.columns();
                    default -> spec.get("rows");
                });
    }

    /** Bank in the channel, numbered as in {@link dev.hwc.sim.dram.device.CommandObserver}. */
    public int bank(long burst) {
        return bank(burst, row.of(burst));
    }

    /** The same for a burst whose row is known. */
    int bank(long burst, int ofRow) {
        int b = bank.of(burst);
        int g = group.of(burst);
        if (xor) {
            int r = ofRow ^ ofRow >>> 1;
            b ^= r & ((1 << bank.bits()) - 1);
            g ^= r >>> bank.bits() & ((1 << group.bits()) - 1);
        }
        int ranks = pseudo.of(burst) << rank.bits() | rank.of(burst);
        return (ranks << group.bits() | g) << bank.bits() | b;
    }

    public int row(long burst) {
        return row.of(burst);
    }

    public int column(long burst) {
        return column.of(burst);
    }
}
