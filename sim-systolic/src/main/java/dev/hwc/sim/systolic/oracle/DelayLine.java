package dev.hwc.sim.systolic.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Shift registers of different lengths that hold commands on their way to completion. */
final class DelayLine {
    private static final class Cell {
        private int left;
        private final Retired command;

        Cell(int left, Retired command) {
            this.left = left;
            this.command = command;
        }
    }

    private final List<Cell> cells = new ArrayList<>();

    /** The command comes out this many cycles later, at least 1. */
    void enter(Retired command, int cycles) {
        cells.add(new Cell(cycles, command));
    }

    /** One cycle passes. */
    void tick(Consumer<Retired> out) {
        if (cells.isEmpty()) {
            return;
        }
        List<Cell> due = new ArrayList<>();
        for (Cell cell : cells) {
            cell.left--;
            if (cell.left == 0) {
                due.add(cell);
            }
        }
        cells.removeAll(due);
        due.forEach(cell -> out.accept(cell.command));
    }

    boolean empty() {
        return cells.isEmpty();
    }
}
