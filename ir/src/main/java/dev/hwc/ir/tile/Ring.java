package dev.hwc.ir.tile;

/**
 * Slots of a buffer used in turn. Writer and reader each have their own pointer.
 *
 * @param start address of the first slot, in the buffer's unit
 * @param step distance between slots
 * @param slots number of slots
 */
public record Ring(String name, int start, int step, int slots) {
    /** First address behind the last slot. */
    public int limit() {
        return start + step * slots;
    }
}
