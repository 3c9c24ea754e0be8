package dev.hwc.reports.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.reports.SampleRun;
import dev.hwc.reports.model.Bound;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.PhaseKind;
import dev.hwc.reports.model.RunReport;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final int LIMIT_BYTES = 2_000_000;
    private static final String LIBRARY_SHA256 = "b66b25aeb4df84e33199dc21694014d336d222cbd9deb0e5a7c14bd6aa0d0fd0";

    private final RunReport sample = SampleRun.report();
    private final String page = HtmlReport.render(sample);

    @Test
    void libraryIsTheFileItsReadmeNames() throws Exception {
        assertEquals(
                LIBRARY_SHA256,
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(resource("echarts.min.js"))));
        assertTrue(new String(resource("README.md"), StandardCharsets.UTF_8).contains(LIBRARY_SHA256));
    }

    @Test
    void ownPartOfThePageNamesNoUrl() throws Exception {
        String own = withoutLibrary(page);
        assertFalse(Pattern.compile("https?:|//[a-z]", Pattern.CASE_INSENSITIVE)
                .matcher(own)
                .find());
        assertFalse(Pattern.compile("@import|url\\(|\\bfetch\\(|XMLHttpRequest|\\bimport\\b|<link|<iframe")
                .matcher(own)
                .find());
        assertFalse(Pattern.compile("\\bsrc\\s*=").matcher(own).find());
        Pattern.compile("\\bhref=\"([^\"]*)\"")
                .matcher(own)
                .results()
                .forEach(m -> assertTrue(m.group(1).startsWith("#"), m.group(1)));
    }

    @Test
    void libraryNamesUrlsOnlyAsNamespacesAndLicences() throws Exception {
        String library = new String(resource("echarts.min.js"), StandardCharsets.UTF_8);
        Pattern.compile("https?://[^\"' )]*")
                .matcher(library)
                .results()
                .map(m -> m.group())
                .forEach(url -> assertTrue(url.startsWith("http://www.w3.org/") || url.contains("LICENSE"), url));
    }

    @Test
    void policyForbidsEverythingButItsOwnScripts() {
        assertTrue(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"));
        assertFalse(page.contains("script-src 'unsafe-inline'"));
    }

    @Test
    void everyLinkHasItsTarget() {
        Pattern.compile("href=\"#([^\"]*)\"")
                .matcher(page)
                .results()
                .forEach(m -> assertTrue(page.contains(" id=\"" + m.group(1) + "\""), m.group(1)));
    }

    @Test
    void everyChartIsDescribedInWordsWithNumbers() throws Exception {
        List<String> labels = Pattern.compile("role=\"img\"[^>]*aria-label=\"([^\"]*)\"")
                .matcher(page)
                .results()
                .map(m -> m.group(1))
                .toList();
        assertEquals(10, labels.size(), "roofline, four per phase, tokens of decode");
        labels.forEach(l -> assertTrue(l.matches("(?s).*chart.*[0-9].*"), l));
    }

    @Test
    void headlineShowsBothPhases() {
        Phase decode = sample.phases().get(1);
        double tokensPerSecond = sample.hardware().clockMhz() * 1e6 * decode.tokens() / decode.cycles();
        assertTrue(page.contains(String.format("<p class=\"big\">%.1f <span>tokens/s", tokensPerSecond)));
        assertTrue(page.contains("memory-bound") && page.contains("compute-bound"));
    }

    @Test
    void absentEnergyIsSaidAndNeverZero() {
        assertTrue(page.contains("<dt>energy/token</dt><dd class=\"absent\">not modelled yet</dd>"));
        assertFalse(page.contains("0 mJ"));
    }

    @Test
    void namesAreEscaped() throws Exception {
        String own = withoutLibrary(HtmlReport.render(HostileNames.in(sample)));
        assertFalse(own.contains("<img"));
        assertFalse(own.contains("<script>document"));
        assertFalse(own.contains("<!--"));
        assertTrue(own.contains("&lt;img src=x onerror=&quot;document"));
    }

    @Test
    void contradictionsStandOnTop() {
        Phase p = sample.phases().get(1);
        String wrong = HtmlReport.render(with(phase(p, p.operators().subList(1, 20), p.perTokenCycles(), p.name())));
        assertTrue(wrong.contains("These numbers contradict each other"));
        assertFalse(page.contains("These numbers contradict each other"));
    }

    @Test
    void stays2MegabytesWithTenThousandOperatorsOfTenThousandKinds() {
        long seed = 20261123L;
        Random random = new Random(seed);
        List<OperatorCost> operators = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            operators.add(new OperatorCost(
                    "blk." + i + "." + "long_name_".repeat(20) + i,
                    "kind_".repeat(30) + i,
                    i,
                    random.nextInt(1 << 20),
                    random.nextInt(1 << 20),
                    random.nextInt(1 << 20),
                    random.nextInt(1 << 20),
                    random.nextInt(1 << 20),
                    random.nextInt(1 << 20),
                    random.nextInt(1 << 30),
                    random.nextInt(1 << 30),
                    Bound.values()[random.nextInt(Bound.values().length)],
                    null));
        }
        List<Long> tokens = random.longs(32_768, 1, 1L << 40).boxed().toList();
        Phase[] phases = new Phase[10];
        for (int i = 0; i < phases.length; i++) {
            List<OperatorCost> part = operators.subList(i * 1000, (i + 1) * 1000);
            phases[i] = phase(sample.phases().get(1), part, tokens, "decode " + i);
        }
        assertBelowLimit(HtmlReport.render(with(phases)), seed);
        assertBelowLimit(HtmlReport.render(with(phase(sample.phases().get(1), operators, tokens, "decode"))), seed);
    }

    private static void assertBelowLimit(String page, long seed) {
        int bytes = page.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes <= LIMIT_BYTES, bytes + " bytes, seed " + seed);
    }

    @Test
    void aReportWithoutPhasesIsStillAPage() {
        assertTrue(HtmlReport.render(with()).contains("The run has no phases."));
    }

    @Test
    void aPhaseWithoutDetailsIsStillAPage() throws Exception {
        Phase p = new Phase(
                "gemm 64×64×64",
                PhaseKind.OTHER,
                1,
                1100,
                262_144,
                0,
                0,
                Map.of(),
                Bound.LATENCY,
                0.93,
                0,
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0.25);
        String small = HtmlReport.render(with(p));
        assertTrue(small.contains("0.250 mJ"));
        assertFalse(withoutLibrary(small).contains("NaN"));
    }

    @Test
    void shortensLongNamesInTheMiddle() {
        String name = Html.shortened("a".repeat(100) + "é".repeat(100));
        assertEquals(120, name.codePointCount(0, name.length()));
        assertTrue(name.startsWith("aaa") && name.contains("…") && name.endsWith("ééé"));
    }

    @Test
    void replacesControlCharactersAndLoneSurrogates() {
        assertEquals("a\uFFFDb\uFFFDc", Html.text("a\u0000b\uD800c"));
        assertEquals("\uD83D\uDE00", Html.text("\uD83D\uDE00"));
    }

    @Test
    void writesTheSamplePageForLookingAt() throws Exception {
        Path file = Path.of("target", "sample-report.html");
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, page);
        assertEquals(page, Files.readString(file));
    }

    private RunReport with(Phase... phases) {
        return new RunReport(
                sample.hwc(),
                sample.command(),
                sample.model(),
                sample.hardware(),
                sample.overlapMode(),
                sample.memoryMode(),
                new LinkedHashMap<>(sample.settings()),
                sample.tables(),
                List.of(phases));
    }

    private static Phase phase(Phase p, List<OperatorCost> operators, List<Long> perToken, String name) {
        return new Phase(
                name,
                p.kind(),
                p.tokens(),
                p.cycles(),
                p.macs(),
                p.memoryBytesRead(),
                p.memoryBytesWritten(),
                p.memoryBytesByContent(),
                p.boundBy(),
                p.macUtilization(),
                p.bandwidthUtilization(),
                p.rooflinePercent(),
                operators,
                p.engines(),
                p.buffers(),
                perToken,
                p.energyMillijoules());
    }

    private static String withoutLibrary(String page) throws Exception {
        String library = new String(resource("echarts.min.js"), StandardCharsets.UTF_8);
        assertTrue(page.contains(library), "the library is inlined unchanged");
        return page.replace(library, "");
    }

    private static byte[] resource(String name) throws Exception {
        try (InputStream in = HtmlReport.class.getResourceAsStream("echarts-6.1.0/" + name)) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }
}
