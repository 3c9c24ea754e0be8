// firtool writes a signed product as an unsigned one of operands that are sign-extended to the width of the result.
// The operand's top bits are then one and the same signal. Here such a product becomes a signed one again, whose
// operands yosys narrows afterwards: an 8x8 product instead of 16x16. The low bits of both are equal.
(* techmap_celltype = "$mul" *)
module signed_product (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;

  parameter _TECHMAP_BITS_CONNMAP_ = 8;
  parameter [A_WIDTH*_TECHMAP_BITS_CONNMAP_-1:0] _TECHMAP_CONNMAP_A_ = 0;
  parameter [B_WIDTH*_TECHMAP_BITS_CONNMAP_-1:0] _TECHMAP_CONNMAP_B_ = 0;
  localparam BITS = _TECHMAP_BITS_CONNMAP_;
  localparam [BITS-1:0] TOP_A = _TECHMAP_CONNMAP_A_ >> (A_WIDTH-1)*BITS;
  localparam [BITS-1:0] TOP_B = _TECHMAP_CONNMAP_B_ >> (B_WIDTH-1)*BITS;
  localparam [BITS-1:0] NEXT_A = _TECHMAP_CONNMAP_A_ >> (A_WIDTH-2)*BITS;
  localparam [BITS-1:0] NEXT_B = _TECHMAP_CONNMAP_B_ >> (B_WIDTH-2)*BITS;
  localparam WHOLE = !A_SIGNED && !B_SIGNED && A_WIDTH >= Y_WIDTH && B_WIDTH >= Y_WIDTH;
  // Signal 0 is the constant 0: two operands extended with zeros stay unsigned.
  localparam EXTENDED = TOP_A == NEXT_A && TOP_B == NEXT_B && (TOP_A > 0 || TOP_B > 0);
  wire _TECHMAP_FAIL_ = !(WHOLE && EXTENDED);
  assign Y = $signed(A) * $signed(B);
endmodule
