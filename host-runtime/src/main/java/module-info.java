/** Runs compiled models: devices, text generation, sampling. */
module dev.hwc.host {
    requires static org.jspecify;
    requires transitive dev.hwc.compiler;
    requires transitive dev.hwc.ir;
    requires transitive dev.hwc.sim;
    requires transitive dev.hwc.sim.systolic;

    exports dev.hwc.host;
    exports dev.hwc.host.device;
    exports dev.hwc.host.generation;
    exports dev.hwc.host.sampling;
}
