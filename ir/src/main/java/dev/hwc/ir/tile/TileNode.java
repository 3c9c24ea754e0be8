package dev.hwc.ir.tile;

import dev.hwc.ir.isa.Queue;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A part of a tile program: a kernel, or kernels repeated. */
public sealed interface TileNode {
    /**
     * What the four engines do for one operator, side by side.
     *
     * @param label the operator, e.g. {@code blk.*.gate_up}
     * @param engines statements per engine; engines without statements are left out
     */
    record Kernel(String label, Map<Queue, List<TileStatement>> engines) implements TileNode {
        public Kernel {
            EnumMap<Queue, List<TileStatement>> copy = new EnumMap<>(Queue.class);
            engines.forEach((queue, body) -> {
                if (!body.isEmpty()) {
                    copy.put(queue, List.copyOf(body));
                }
            });
            engines = Collections.unmodifiableMap(copy);
        }

        /** Statements of one engine. */
        public List<TileStatement> engine(Queue queue) {
            return engines.getOrDefault(queue, List.of());
        }
    }

    /** Nodes repeated {@code count} times, e.g. over layers. */
    record Repeat(String variable, int count, List<TileNode> body) implements TileNode {
        public Repeat {
            body = List.copyOf(body);
        }
    }
}
