package dev.hwc.reports.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.reports.SampleRun;
import dev.hwc.reports.model.RunReport;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OperatorTableTest {
    private final RunReport report = SampleRun.report();

    @Test
    void csvHasOneLinePerOperatorEndingInCrlf() {
        String csv = OperatorTable.csv(report);
        String[] lines = csv.split("\r\n", -1);
        assertEquals(1 + 2 * 122 + 1, lines.length);
        assertEquals("", lines[lines.length - 1]);
        assertEquals(
                "phase,name,kind,layer,cycles,activeCycles,matrixBusyCycles,vectorBusyCycles,loadBusyCycles,storeBusyCycles,macs,"
                        + "memoryBytes,bound,energyMillijoules",
                lines[0]);
        assertTrue(lines[1].startsWith("prefill 12,embed,embed,,1092,1092,0,"), lines[1]);
        assertTrue(lines[1].endsWith(",vector,"), lines[1]);
        assertTrue(lines[2].startsWith("prefill 12,blk.0.qkv,qkv,0,"), lines[2]);
    }

    @Test
    void csvQuotesWhatNeedsQuotes() {
        assertEquals(
                "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\"\r\", d \r\n",
                Csv.record(List.of("a", "b,c", "say \"hi\"", "two\nlines", "\r", " d ")));
    }

    @Test
    void jsonHoldsTheSameRows() {
        JsonNode rows = JsonMapper.shared().readTree(OperatorTable.json(report));
        assertEquals(2 * 122, rows.size());
        assertEquals("blk.0.qkv", rows.get(1).get("name").asString());
        assertEquals(
                report.phases().get(0).operators().get(1).cycles(),
                rows.get(1).get("cycles").asLong());
        assertTrue(rows.get(0).get("layer").isNull());
        assertTrue(rows.get(0).get("energyMillijoules").isNull());
    }
}
