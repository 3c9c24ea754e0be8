/** The systolic NPU, to the bit and to the cycle. */
module dev.hwc.sim.systolic {
    requires static org.jspecify;
    requires jdk.incubator.vector;
    requires transitive dev.hwc.ir;
    requires transitive dev.hwc.sim;

    exports dev.hwc.sim.systolic;
    exports dev.hwc.sim.systolic.queues;
}
