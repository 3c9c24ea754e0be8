package dev.hwc.rtl.synth;

import dev.hwc.rtl.Emitted;
import dev.hwc.rtl.Port;
import java.util.List;

/**
 * A frame for place and route of a block that has more ports than the chip has pins: a shift register drives its
 * inputs, a signature register takes its outputs. Every path of the block starts and ends in a register of the frame
 * or its own. The frame takes a flip-flop per input bit, and a flip-flop and a LUT per output bit.
 */
final class Pins {
    /** Name of the frame's module. */
    static final String MODULE = "hwc_pins";

    private Pins() {}

    /** The frame in Verilog. */
    static String verilog(Emitted emitted) {
        List<Port> data =
                emitted.ports().stream().filter(port -> !isClock(port)).toList();
        int inputs = bits(data, true);
        int outputs = bits(data, false);
        StringBuilder connections = new StringBuilder();
        int input = 0;
        int output = 0;
        for (Port port : emitted.ports()) {
            String signal;
            if (isClock(port)) {
                signal = "clock";
            } else if (port.input()) {
                signal = "inputs[" + (input + port.width() - 1) + ":" + input + "]";
                input += port.width();
            } else {
                signal = "outputs[" + (output + port.width() - 1) + ":" + output + "]";
                output += port.width();
            }
            connections
                    .append(connections.isEmpty() ? "" : ",\n")
                    .append("    .")
                    .append(port.name())
                    .append("(")
                    .append(signal)
                    .append(")");
        }
        return """
                // generated for place and route of %1$s, do not edit
                module %2$s (input clock, input in, output out);
                  reg [%3$d:0] inputs;
                  reg [%4$d:0] signature;
                  wire [%4$d:0] outputs;
                  always @(posedge clock) begin
                    inputs <= {inputs, in};
                    signature <= {signature, signature[%4$d]} ^ outputs;
                  end
                  assign out = signature[%4$d];
                  %1$s block (
                %5$s
                  );
                endmodule
                """.formatted(emitted.top(), MODULE, Math.max(0, inputs - 1), Math.max(0, outputs - 1), connections);
    }

    private static boolean isClock(Port port) {
        return port.input() && port.name().equals("clock");
    }

    private static int bits(List<Port> ports, boolean input) {
        return ports.stream()
                .filter(port -> port.input() == input)
                .mapToInt(Port::width)
                .sum();
    }
}
