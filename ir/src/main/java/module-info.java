/** The language of all other modules: hardware, number formats, the three levels of programs, and their reference. */
module dev.hwc.ir {
    requires static org.jspecify;
    requires com.networknt.schema;
    requires transitive org.jgrapht.core;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports dev.hwc.ir;
    exports dev.hwc.ir.device;
    exports dev.hwc.ir.format;
    exports dev.hwc.ir.format.gguf;
    exports dev.hwc.ir.format.model;
    exports dev.hwc.ir.format.safetensors;
    exports dev.hwc.ir.format.tokenizer;
    exports dev.hwc.ir.hw;
    exports dev.hwc.ir.interp;
    exports dev.hwc.ir.isa;
    exports dev.hwc.ir.numerics;
    exports dev.hwc.ir.tensor;
    exports dev.hwc.ir.text;
    exports dev.hwc.ir.tile;

    opens dev.hwc.ir.hw to
            tools.jackson.databind;
}
