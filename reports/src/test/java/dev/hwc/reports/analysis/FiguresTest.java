package dev.hwc.reports.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void numbersKeepAboutThreeDigits() {
        assertEquals("0", Figures.number(0));
        assertEquals("1.23e-05", Figures.number(0.0000123));
        assertEquals("0.0123", Figures.number(0.0123));
        assertEquals("0.500", Figures.number(0.5));
        assertEquals("4.57", Figures.number(4.567));
        assertEquals("45.7", Figures.number(45.67));
        assertEquals("1,234,568", Figures.number(1234567.8));
    }

    @Test
    void sharesNeverRoundSomethingToNothing() {
        assertEquals("0 %", Figures.share(0));
        assertEquals("< 0.1 %", Figures.share(0.0001));
        assertEquals("3.0 %", Figures.share(0.03));
        assertEquals("97 %", Figures.share(0.9704));
    }

    @Test
    void bytesAreDecimal() {
        assertEquals("0 B", Figures.bytes(0));
        assertEquals("999 B", Figures.bytes(999));
        assertEquals("1.00 kB", Figures.bytes(1000));
        assertEquals("278 MB", Figures.bytes(277_893_440));
        assertEquals("12.8 GB", Figures.bytes(12.8e9));
        assertEquals("9.22 EB", Figures.bytes(Long.MAX_VALUE));
    }

    @Test
    void largeCountsHaveAUnit() {
        assertEquals("12", Figures.large(12));
        assertEquals("2.51 G", Figures.large(2_510_290_944.0));
    }
}
