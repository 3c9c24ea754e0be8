package dev.hwc.rtl.harness;

import dev.hwc.ir.device.Register;
import dev.hwc.rtl.RtlException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;

/**
 * What an accelerator's registers say it is.
 *
 * @param clockMhz the clock its description states
 * @param hash of its description, 32 hex digits
 */
public record Identity(int clockMhz, String hash) {
    private static final List<Register> HASH =
            List.of(Register.HASH_0, Register.HASH_1, Register.HASH_2, Register.HASH_3);
    private static final long PATTERN = 0x5A5A_1234L;
    private static final long ALL = 0xFFFF_FFFFL;

    /**
     * Reads the registers.
     *
     * @throws RtlException when nobody answers, or something else, or another version of the registers
     */
    static Identity of(AcceleratorModel model) {
        require(model, Register.ID, Register.ID_VALUE & ALL);
        model.write(Register.SCRATCH, PATTERN);
        require(model, Register.SCRATCH, PATTERN);
        require(model, Register.NOT_SCRATCH, ~PATTERN & ALL);
        int major = (int) (model.read(Register.VERSION) >> 16);
        if (major != Register.VERSION_VALUE >> 16) {
            throw new RtlException("the accelerator's registers have version " + major + "; this hwc knows version "
                    + (Register.VERSION_VALUE >> 16));
        }
        ByteBuffer hash = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        HASH.forEach(register -> hash.putInt((int) model.read(register)));
        return new Identity((int) model.read(Register.CLOCK_MHZ), HexFormat.of().formatHex(hash.array()));
    }

    private static void require(AcceleratorModel model, Register register, long expected) {
        long found = model.read(register);
        if (found != expected) {
            throw new RtlException("register " + register + " reads 0x" + Long.toHexString(found)
                    + "; of an accelerator" + " of hwc it reads 0x" + Long.toHexString(expected));
        }
    }
}
