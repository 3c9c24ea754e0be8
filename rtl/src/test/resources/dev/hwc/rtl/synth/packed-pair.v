// Two int8 multiply-accumulates with a common weight from one DSP48E1: elements (2i, j) and (2i+1, j) of the array, if
// both rows got their activations in the same cycle. Not a part of the accelerator: docs/fpga.md says what it takes.
module packed_pair (
  input clock,
  input signed [7:0] upper, lower, weight,
  input first,
  output reg signed [7:0] upperOut, lowerOut, weightOut,
  output reg signed [19:0] upperSum, lowerSum
);
  wire signed [24:0] packed_operand = {upperOut, 16'b0} + {{17{lowerOut[7]}}, lowerOut};
  reg signed [32:0] product;
  // The low product's sign was borrowed from the high one; the carry of the adder gives it back.
  wire signed [19:0] lowProduct = $signed(product[15:0]);
  wire signed [19:0] highProduct = $signed(product[32:16]);
  wire signed [20:0] highTotal = {first ? 20'b0 : upperSum, 1'b1} + {highProduct, product[15]};
  always @(posedge clock) begin
    upperOut <= upper;
    lowerOut <= lower;
    weightOut <= weight;
    product <= packed_operand * weightOut;
    lowerSum <= (first ? 20'sb0 : lowerSum) + lowProduct;
    upperSum <= highTotal[20:1];
  end
endmodule
