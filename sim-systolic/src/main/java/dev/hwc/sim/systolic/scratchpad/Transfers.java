package dev.hwc.sim.systolic.scratchpad;

import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.queues.AddressRules;
import dev.hwc.sim.systolic.queues.Command;

/** What load and store commands move (isa.md §4). Rows are staged one after the other. */
public final class Transfers {
    private final Scratchpads pads;

    public Transfers(Scratchpads pads) {
        this.pads = pads;
    }

    /** Reads the rows of a load command from memory. */
    public void stageLoad(Command c, DeviceMemory memory, Stage stage) {
        byte[] bytes = stage.bytes(c.rows * c.rowBytes);
        for (int j = 0; j < c.rows; j++) {
            long address = AddressRules.row(c.address, c.addressStride, j);
            memory.read(c.window, address, bytes, j * c.rowBytes, c.rowBytes);
        }
    }

    /** Writes staged rows to their scratchpad. */
    public void commitLoad(Command c, Stage stage) {
        switch (c.opcode) {
            case LOAD_WEIGHTS -> weights(c, stage.bytes);
            case LOAD_ROWS -> rows(c, stage.bytes);
            case LOAD_TRANSPOSED -> transposed(c, stage.bytes);
            case LOAD_SCALES -> scales(pads.weightScales, c.d, 2, c.rows, c.rowBytes / 2, stage.bytes, 0, c.rowBytes);
            case LOAD_LINEAR, LOAD_HALVES ->
                System.arraycopy(stage.bytes, 0, pads.load, (int) c.d * 4 * pads.lanes, c.rows * c.rowBytes);
            default -> throw new IllegalStateException(c.opcode.text() + " loads nothing into a scratchpad");
        }
    }

    private void weights(Command c, byte[] from) {
        int blocks = (int) c.blocks;
        int halves = c.format.scaleHalves();
        int columns = c.rowBytes / (blocks * c.format.blockBytes());
        int scalePitch = 2 * halves * columns;
        int scaled = blocks / c.format.scaleBlocks();
        int units = c.format.units(c.format.scaleBlocks());
        scales(pads.weightScales, c.d, units, scaled, columns, from, 0, scalePitch);
        if (c.format.hasOffsets()) {
            scales(pads.weightOffsets, c.d, units, scaled, columns, from, 2 * columns, scalePitch);
        }
        int groupBytes = c.group * c.format.bits() / 8;
        int recordPitch = columns * groupBytes;
        int bytes = blocks * 4 * c.format.bits();
        int at = scaled * scalePitch;
        int to = (int) c.d * 16;
        for (int column = 0; column < columns; column++) {
            gather(from, at, recordPitch, groupBytes, pads.weightCodes, to, bytes);
            at += groupBytes;
            to += pads.weightBankBytes;
        }
    }

    /** Copies pieces that lie {@code pitch} bytes apart, each a multiple of 8 bytes, to one place. */
    private static void gather(byte[] from, int at, int pitch, int piece, byte[] to, int target, int bytes) {
        int source = at;
        for (int done = 0; done < bytes; done += piece) {
            for (int k = 0; k < piece; k += 8) {
                Scratchpads.putLong(to, target + done + k, Scratchpads.getLong(from, source + k));
            }
            source += pitch;
        }
    }

    /** A row of halfwords of every block, the rows {@code pitch} bytes apart. */
    private void scales(
            short[] to, long unit, int unitsPerBlock, int blocks, int columns, byte[] from, int first, int pitch) {
        for (int block = 0; block < blocks; block++) {
            int place = (int) unit + block * unitsPerBlock;
            int at = first + block * pitch;
            for (int column = 0; column < columns; column++) {
                to[place] = Scratchpads.getShort(from, at);
                place += pads.weightUnits;
                at += 2;
            }
        }
    }

    private void rows(Command c, byte[] from) {
        for (int j = 0; j < c.rows; j++) {
            int bank = j % pads.columns * pads.weightBankBytes;
            int at = (int) c.d * 16 + j / pads.columns * c.rowBytes;
            System.arraycopy(from, j * c.rowBytes, pads.weightCodes, bank + at, c.rowBytes);
        }
    }

    private void transposed(Command c, byte[] from) {
        int columnBytes = (c.rows + 31) / 32 * 32;
        for (int d = 0; d < c.rowBytes; d++) {
            int to = d % pads.columns * pads.weightBankBytes + (int) c.d * 16 + d / pads.columns * columnBytes;
            int at = d;
            for (int j = 0; j < c.rows; j++) {
                pads.weightCodes[to + j] = from[at];
                at += c.rowBytes;
            }
        }
    }

    /** Reads the rows of a store command from the store buffer. */
    public void stageStore(Command c, Stage stage) {
        byte[] bytes = stage.bytes(c.rows * c.rowBytes);
        for (int j = 0; j < c.rows; j++) {
            int at = 2 * (int) AddressRules.row(c.a, c.strideA, j);
            System.arraycopy(pads.store, at, bytes, j * c.rowBytes, c.rowBytes);
        }
    }

    /** Writes staged rows to memory. */
    public void commitStore(Command c, DeviceMemory memory, Stage stage) {
        for (int j = 0; j < c.rows; j++) {
            long address = AddressRules.row(c.address, c.addressStride, j);
            memory.write(c.window, address, stage.bytes, j * c.rowBytes, c.rowBytes);
        }
    }
}
