package dev.hwc.sim.systolic.array;

/** Chooses the {@link BlockDot} of this process, once. */
public final class BlockDots {
    private static final System.Logger LOG = System.getLogger(BlockDots.class.getName());
    private static final BlockDot BEST = choose();

    private BlockDots() {}

    /** The fastest kernel this JVM can run. */
    public static BlockDot best() {
        return BEST;
    }

    private static BlockDot choose() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "matrix kernel: scalar, because the module jdk.incubator.vector is missing; start java with "
                            + "--add-modules jdk.incubator.vector");
            return new ScalarBlockDot();
        }
        LOG.log(System.Logger.Level.DEBUG, "matrix kernel: vector");
        return new VectorBlockDot();
    }
}
