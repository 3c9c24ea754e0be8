/** What every simulator needs: the memory behind a port and the counters of a run. */
module dev.hwc.sim {
    requires static org.jspecify;
    requires transitive dev.hwc.ir;

    exports dev.hwc.sim;
    exports dev.hwc.sim.activity;
    exports dev.hwc.sim.dram;
    exports dev.hwc.sim.dram.check;
    exports dev.hwc.sim.dram.controller;
    exports dev.hwc.sim.dram.device;
    exports dev.hwc.sim.dram.energy;
    exports dev.hwc.sim.memory;
}
