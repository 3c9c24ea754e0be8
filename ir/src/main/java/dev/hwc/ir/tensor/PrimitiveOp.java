package dev.hwc.ir.tensor;

import java.util.List;

/**
 * The vocabulary of the tensor IR: every operation has one result, whose type follows from its
 * operands. In the shapes, t is a number of rows (M new tokens, or 1 after {@link LastToken}).
 */
public sealed interface PrimitiveOp extends TensorOp
        permits Embed,
                AddPosition,
                RmsNorm,
                LayerNorm,
                HeadNorm,
                Linear,
                Rope,
                Attention,
                SiluMul,
                Gelu,
                Relu,
                Scale,
                SoftCap,
                Add,
                Mul,
                LastToken {
    /** The name of the result. */
    String name();

    /** The single result. */
    Value result();

    @Override
    default List<Value> results() {
        return List.of(result());
    }

    @Override
    default List<Parameter> parameters() {
        return List.of();
    }

    @Override
    default long macs(long tokens, long past) {
        return 0;
    }
}
