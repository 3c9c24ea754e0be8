// A product in LUTs as a balanced tree of carry-chain adders. On iCE40 this is smaller than the tree of full adders
// that yosys makes. The cells $alu are written out, for yosys would merge plain additions into that tree again.
(* techmap_celltype = "$mul" *)
module soft_product (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  generate
    if (A_WIDTH < B_WIDTH)
      product_by #(.A_SIGNED(B_SIGNED), .B_SIGNED(A_SIGNED), .A_WIDTH(B_WIDTH), .B_WIDTH(A_WIDTH), .Y_WIDTH(Y_WIDTH))
        product (.A(B), .B(A), .Y(Y));
    else
      product_by #(.A_SIGNED(A_SIGNED), .B_SIGNED(B_SIGNED), .A_WIDTH(A_WIDTH), .B_WIDTH(B_WIDTH), .Y_WIDTH(Y_WIDTH))
        product (.A(A), .B(B), .Y(Y));
  endgenerate
endmodule

// A by the two halves of B, the upper one with B's sign. A single signed bit is subtracted instead of added.
module product_by (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  localparam LOW = B_WIDTH / 2;
  localparam HIGH = B_WIDTH - LOW;
  localparam HIGH_SIGNED = B_SIGNED && HIGH > 1;
  localparam SUBTRACT = B_SIGNED && HIGH == 1;
  localparam LOW_WIDTH = A_WIDTH + LOW < Y_WIDTH ? A_WIDTH + LOW : Y_WIDTH;
  localparam HIGH_WIDTH = A_WIDTH + HIGH < Y_WIDTH ? A_WIDTH + HIGH : Y_WIDTH;
  localparam ADDED = Y_WIDTH - LOW;
  generate
    if (B_WIDTH == 1) begin
      wire [Y_WIDTH-1:0] a;
      if (A_SIGNED) assign a = $signed(A); else assign a = A;
      assign Y = a & {Y_WIDTH{B[0]}};
    end else begin
      wire [LOW_WIDTH-1:0] low;
      wire [HIGH_WIDTH-1:0] high;
      wire [Y_WIDTH-1:0] lowWide, highWide;
      wire [ADDED-1:0] propagated, sum, carries;
      product_by #(.A_SIGNED(A_SIGNED), .B_SIGNED(0), .A_WIDTH(A_WIDTH), .B_WIDTH(LOW), .Y_WIDTH(LOW_WIDTH))
        lower (.A(A), .B(B[LOW-1:0]), .Y(low));
      product_by #(.A_SIGNED(A_SIGNED), .B_SIGNED(HIGH_SIGNED), .A_WIDTH(A_WIDTH), .B_WIDTH(HIGH),
        .Y_WIDTH(HIGH_WIDTH)) upper (.A(A), .B(B[B_WIDTH-1:LOW]), .Y(high));
      if (A_SIGNED) assign lowWide = $signed(low); else assign lowWide = low;
      if (A_SIGNED || HIGH_SIGNED) assign highWide = $signed(high); else assign highWide = high;
      \$alu #(.A_SIGNED(0), .B_SIGNED(0), .A_WIDTH(ADDED), .B_WIDTH(ADDED), .Y_WIDTH(ADDED)) adder (
        .A(lowWide[Y_WIDTH-1:LOW]), .B(highWide[ADDED-1:0]), .CI(SUBTRACT ? 1'b1 : 1'b0),
        .BI(SUBTRACT ? 1'b1 : 1'b0), .X(propagated), .Y(sum), .CO(carries));
      assign Y = {sum, low[LOW-1:0]};
    end
  endgenerate
endmodule
