/** What a run cost, as a page, as tables and as JSON. */
module dev.hwc.reports {
    requires static org.jspecify;
    requires com.fasterxml.jackson.annotation;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.hwc.reports;
    exports dev.hwc.reports.html;
    exports dev.hwc.reports.model;

    opens dev.hwc.reports.html to
            tools.jackson.databind;
    opens dev.hwc.reports.model to
            tools.jackson.databind;
}
