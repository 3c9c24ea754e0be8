package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.energy.EnergyTable;
import dev.hwc.sim.pim.energy.PimEnergy;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class EnergyPartsTest {
    static final List<String> DEVICES = PimSpec.NAMES;

    @ParameterizedTest
    @FieldSource("DEVICES")
    void noPartIsZeroAndTheyAddUp(String device) {
        PimSpec spec = PimSpec.find(device);
        for (PimFormat format : spec.formats()) {
            PimResult result = Runs.gemv(device, format, 2, 1024, 4096);
            PimEnergy e = result.energy();
            double sum = 0;
            for (double part : new double[] {
                e.activate(), e.column(), e.io(), e.refresh(), e.background(), e.operation(), e.buffer()
            }) {
                assertTrue(part > 0, () -> device + " " + format + " " + e);
                sum += part;
            }
            assertEquals(sum, e.picojoules(), 1e-9 * sum);
            assertTrue(result.hostPicojoules() > e.picojoules());
        }
    }

    @ParameterizedTest
    @FieldSource("DEVICES")
    void anUnknownCoefficientIsAnError(String device) {
        PimSpec spec = PimSpec.find(device);
        EnergyTable empty = EnergyTable.parse("empty", "memory,parameter,value,source\n" + device + ",x,1,test\n");
        BankStates banks = new BankStates(spec.dram());
        assertThrows(PimException.class, () -> PimEnergy.of(spec, spec.formats().getFirst(), banks.counts(10), empty));
    }
}
