/** From a model to a program image: passes over the tensor program, tiles, instructions. */
module dev.hwc.compiler {
    requires static org.jspecify;
    requires transitive dev.hwc.ir;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.hwc.compiler;
    exports dev.hwc.compiler.image;
    exports dev.hwc.compiler.lower;
    exports dev.hwc.compiler.pass;
    exports dev.hwc.compiler.pipeline;
    exports dev.hwc.compiler.weights;
}
