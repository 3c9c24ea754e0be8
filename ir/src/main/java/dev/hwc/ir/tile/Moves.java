package dev.hwc.ir.tile;

import dev.hwc.ir.isa.Queue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rings that statements move and values that they fetch, with their sigils. */
final class Moves {
    private Moves() {}

    static Set<String> of(List<TileStatement> body) {
        Set<String> moves = new HashSet<>();
        collect(body, moves);
        return moves;
    }

    /** As above for all statements of an engine below some nodes. */
    static Set<String> of(List<TileNode> nodes, Queue queue) {
        Set<String> moves = new HashSet<>();
        for (TileNode node : nodes) {
            switch (node) {
                case TileNode.Repeat repeat -> moves.addAll(of(repeat.body(), queue));
                case TileNode.Kernel kernel -> collect(kernel.engine(queue), moves);
            }
        }
        return moves;
    }

    private static void collect(List<TileStatement> body, Set<String> moves) {
        for (TileStatement statement : body) {
            switch (statement) {
                case TileStatement.Loop loop -> collect(loop.body(), moves);
                case TileStatement.Advance advance -> moves.add(Expr.Kind.RING.sigil() + advance.ring());
                case TileStatement.Reset reset -> moves.add(Expr.Kind.RING.sigil() + reset.ring());
                case TileStatement.Fetch fetch -> moves.add(Expr.Kind.FETCHED.sigil() + fetch.name());
                case TileStatement.Command _ -> {}
            }
        }
    }
}
