package dev.hwc.reports.tables;

import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.RunReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The operator table of a report. Columns are the components of {@link OperatorCost} after the name
 * of the phase; a value that is absent is an empty CSV field or a JSON null.
 */
public final class OperatorTable {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final List<String> COLUMNS = List.of(
            "phase",
            "name",
            "kind",
            "layer",
            "cycles",
            "activeCycles",
            "matrixBusyCycles",
            "vectorBusyCycles",
            "loadBusyCycles",
            "storeBusyCycles",
            "macs",
            "memoryBytes",
            "bound",
            "energyMillijoules");

    private OperatorTable() {}

    /** RFC 4180 with a header line; numbers without separators. */
    public static String csv(RunReport report) {
        StringBuilder csv = new StringBuilder(Csv.record(COLUMNS));
        for (Phase phase : report.phases()) {
            for (OperatorCost operator : phase.operators()) {
                csv.append(Csv.record(values(phase, operator).stream()
                        .map(v -> v == null ? "" : v.toString())
                        .toList()));
            }
        }
        return csv.toString();
    }

    /** A JSON array with one object per operator. */
    public static String json(RunReport report) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Phase phase : report.phases()) {
            phase.operators().forEach(operator -> rows.add(named(values(phase, operator))));
        }
        return MAPPER.writeValueAsString(rows) + "\n";
    }

    private static Map<String, @Nullable Object> named(List<@Nullable Object> values) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            row.put(COLUMNS.get(i), values.get(i));
        }
        return row;
    }

    /** In the order of {@link #COLUMNS}. */
    private static List<@Nullable Object> values(Phase phase, OperatorCost operator) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(phase.name());
        values.add(operator.name());
        values.add(operator.kind());
        values.add(operator.layer());
        values.add(operator.cycles());
        values.add(operator.activeCycles());
        values.add(operator.matrixBusyCycles());
        values.add(operator.vectorBusyCycles());
        values.add(operator.loadBusyCycles());
        values.add(operator.storeBusyCycles());
        values.add(operator.macs());
        values.add(operator.memoryBytes());
        values.add(operator.bound().label());
        values.add(operator.energyMillijoules());
        return values;
    }
}
