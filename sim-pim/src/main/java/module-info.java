/** Memories that compute, on the DRAM model: devices, command streams, units, kernels. */
module dev.hwc.sim.pim {
    requires static org.jspecify;
    requires transitive dev.hwc.ir;
    requires transitive dev.hwc.sim;

    exports dev.hwc.sim.pim;
    exports dev.hwc.sim.pim.kernel;
    exports dev.hwc.sim.pim.program;
    exports dev.hwc.sim.pim.schedule;
    exports dev.hwc.sim.pim.unit;
    exports dev.hwc.sim.pim.window;
}
