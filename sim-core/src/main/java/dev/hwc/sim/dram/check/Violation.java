package dev.hwc.sim.dram.check;

/**
 * A rule that a command breaks.
 *
 * @param line of the trace, from 1
 * @param text the line
 * @param detail what was found and what is allowed
 */
public record Violation(long line, String text, Rule rule, String detail) {
    @Override
    public String toString() {
        return "line " + line + " '" + text + "': " + rule + ", " + rule.meaning() + ": " + detail;
    }
}
