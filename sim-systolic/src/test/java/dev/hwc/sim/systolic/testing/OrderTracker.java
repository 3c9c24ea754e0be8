package dev.hwc.sim.systolic.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows which commands touched which region of which buffer, and what every queue knows to be
 * complete through the tokens it took. Commands complete in order within a class: loads, matmuls,
 * emits, vectors, stores.
 */
final class OrderTracker {
    static final int CLASSES = 5;

    /** A command as the tracker sees it. */
    static final class Node {
        final int queue;
        final int kind;
        final int sequence;
        /** What its queue knew complete when it started, per class. */
        final int[] knew;

        Node(int queue, int kind, int sequence, int[] knew) {
            this.queue = queue;
            this.kind = kind;
            this.sequence = sequence;
            this.knew = knew;
        }
    }

    private static final class Region {
        private final List<Node> writers = new ArrayList<>();
        private final List<Node> readers = new ArrayList<>();
    }

    private final Map<Integer, Region> regions = new HashMap<>();
    private final int[][] known = new int[4][CLASSES];
    private final int[] sequences = new int[CLASSES];

    /** Commands of other queues that conflict with these accesses and are not known to be complete. */
    List<Node> conflicts(int queue, List<Access> accesses) {
        List<Node> conflicts = new ArrayList<>();
        for (Access access : accesses) {
            Region region = region(access);
            conflicts.addAll(region.writers);
            if (access.write()) {
                conflicts.addAll(region.readers);
            }
        }
        conflicts.removeIf(n -> n.queue == queue || known[queue][n.kind] >= n.sequence);
        return conflicts;
    }

    /** A command of a class joins its queue and touches regions. */
    Node add(int queue, int kind, List<Access> accesses) {
        Node node = new Node(queue, kind, ++sequences[kind], known[queue].clone());
        for (Access access : accesses) {
            Region region = region(access);
            (access.write() ? region.writers : region.readers).add(node);
        }
        return node;
    }

    /** The queue takes a token that this command gave. */
    void tookFrom(int queue, Node node) {
        learn(queue, node.knew);
        known[queue][node.kind] = Math.max(known[queue][node.kind], node.sequence);
    }

    /** The queue takes a token of a draining sync that stands at the end of another queue. */
    void tookDrain(int queue, int from) {
        learn(queue, known[from]);
        for (int kind = 0; kind < CLASSES; kind++) {
            if (queueOf(kind) == from) {
                known[queue][kind] = sequences[kind];
            }
        }
    }

    /** All queues met. */
    void barrier() {
        for (int[] k : known) {
            System.arraycopy(sequences, 0, k, 0, CLASSES);
        }
        regions.clear();
    }

    private void learn(int queue, int[] knowledge) {
        for (int kind = 0; kind < CLASSES; kind++) {
            known[queue][kind] = Math.max(known[queue][kind], knowledge[kind]);
        }
    }

    private static int queueOf(int kind) {
        return switch (kind) {
            case 0 -> 0;
            case 1, 2 -> 1;
            case 3 -> 2;
            default -> 3;
        };
    }

    private Region region(Access access) {
        return regions.computeIfAbsent(access.buffer() * 64 + access.region(), k -> new Region());
    }

    @Override
    public String toString() {
        return Arrays.deepToString(known);
    }
}
