package dev.hwc.sim.activity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.hwc.ir.device.Stall;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivityTest {
    @Test
    void everySlotHasItsOwnName() {
        Activity activity = new Activity(List.of());
        assertEquals(activity.slots().length, Activity.names().size());
        assertEquals(Activity.names().size(), new HashSet<>(Activity.names()).size());
    }

    @Test
    void accessorsReadTheSlotsOfTheirNames() {
        Activity activity = new Activity(List.of());
        for (int i = 0; i < activity.slots().length; i++) {
            activity.slots()[i] = i;
        }
        List<String> names = Activity.names();
        assertEquals(names.indexOf("busy.store"), activity.busy(Queue.STORE));
        assertEquals(names.indexOf("stall.vector.waitMatrix"), activity.stalled(Queue.VECTOR, Stall.WAIT_MATRIX));
        assertEquals(names.indexOf("stall.load.outstanding"), activity.stalled(Queue.LOAD, Stall.OUTSTANDING));
        assertEquals(names.indexOf("burstsWritten"), activity.burstsWritten());
        assertEquals(names.indexOf("macs"), activity.macs());
        assertEquals(names.indexOf("scratchpadRead.weight"), activity.read(Scratchpad.WEIGHT));
        assertEquals(names.indexOf("scratchpadWritten.store"), activity.written(Scratchpad.STORE));
        assertEquals(names.indexOf("retired.load.transposed"), activity.retired(Opcode.LOAD_TRANSPOSED));
        assertEquals(names.indexOf("numericExceptions"), activity.numericExceptions());
        assertEquals(names.indexOf("zeroMacs"), activity.zeroMacs());
        assertEquals(names.indexOf("unitMacs"), activity.unitMacs());
    }

    @Test
    void operatorsWithoutACommandAreLeftOut() {
        Activity activity = new Activity(List.of("a", "b"));
        int b = Activity.OPERATOR_SLOTS;
        activity.operatorSlots()[b + Activity.OPERATOR_START] = 5;
        activity.operatorSlots()[b + Activity.OPERATOR_END] = 9;
        activity.operatorSlots()[b + Activity.OPERATOR_ACTIVE] = 2;
        activity.operatorSlots()[b + Activity.OPERATOR_BUSY + Queue.MATRIX.ordinal()] = 3;
        activity.operatorSlots()[b + Activity.OPERATOR_STALLED + Queue.MATRIX.ordinal()] = 1;
        assertEquals(1, activity.operators().size());
        OperatorActivity operator = activity.operators().get(0);
        assertEquals(2, operator.active());
        assertEquals("b", operator.label());
        assertEquals(5, operator.start());
        assertEquals(9, operator.end());
        assertEquals(4, operator.cycles(Queue.MATRIX));
        assertNotEquals(new Activity(List.of("a", "b")), activity);
    }
}
