package dev.hwc.demo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.demo.train.Gemm.View;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GemmTest {
    @Test
    void equalsTheSumOfProductsForEveryStride() {
        Random random = new Random(7);
        int m = 12;
        int n = 32;
        int k = 13;
        float[] a = random(random, m * k + 5);
        float[] b = random(random, n * k + 3);
        for (View left : new View[] {View.of(a, 5, k), View.of(a, 5, m).transposed()}) {
            for (View right : new View[] {View.of(b, 3, n), View.of(b, 3, k).transposed()}) {
                float[] c = random(random, m * n);
                float[] before = c.clone();
                new Gemm().multiply(m, n, k, left, right, View.of(c, 0, n), true);
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        double sum = before[i * n + j];
                        for (int p = 0; p < k; p++) {
                            sum += (double) at(left, i, p) * at(right, p, j);
                        }
                        assertEquals(sum, c[i * n + j], 1e-5, i + "," + j);
                    }
                }
            }
        }
    }

    private static float at(View view, int i, int j) {
        return view.data()[view.offset() + i * view.row() + j * view.column()];
    }

    private static float[] random(Random random, int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = random.nextFloat() - 0.5f;
        }
        return x;
    }
}
