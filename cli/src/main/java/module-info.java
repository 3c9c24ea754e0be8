/** The commands of hwc, one class each, and the wiring of all other modules. */
module dev.hwc.cli {
    requires static org.jspecify;
    requires dev.hwc.compiler;
    requires dev.hwc.host;
    requires dev.hwc.ir;
    requires dev.hwc.reports;
    requires dev.hwc.sim;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    opens dev.hwc.cli.command to
            info.picocli;
    opens dev.hwc.cli.output to
            info.picocli;
}
