package dev.hwc.compiler.image;

/** Where the compiler may put the products of a step. */
public enum ProductPlaces {
    /** Wherever the step takes the fewest cycles. */
    CHEAPEST,
    /** All on the array. */
    ARRAY,
    /** All in memory that computes. */
    MEMORY
}
