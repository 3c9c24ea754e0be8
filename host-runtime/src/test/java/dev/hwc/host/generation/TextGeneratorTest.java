package dev.hwc.host.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.host.HostException;
import dev.hwc.host.sampling.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TextGeneratorTest {
    private static final int[] PROMPT = {1, 2, 3, 4, 5};

    @Test
    void prefillsInStepsOfAtMostMaxTokensThenDecodes() {
        CountingModel model = new CountingModel(64, 2);
        Generation generation = generate(model, new GenerationRequest(PROMPT, 3, OptionalInt.empty()));
        assertEquals(List.of("[1, 2]@0", "[3, 4]@2", "[5]@4", "[6]@5", "[7]@6"), model.steps);
        assertEquals(List.of(6, 7, 8), generation.tokens());
        assertFalse(generation.stopped());
    }

    @Test
    void countsTheCyclesOfPrefillAndOfEachDecodeStep() {
        Generation generation =
                generate(new CountingModel(64, 4), new GenerationRequest(PROMPT, 3, OptionalInt.empty()));
        assertEquals(500, generation.prefillCycles());
        assertEquals(200, generation.decodeCycles());
        assertEquals(2, generation.decode().size());
        assertEquals(5, generation.decode().getFirst().position());
    }

    @Test
    void stopsAfterTheStopToken() {
        Generation generation =
                generate(new CountingModel(64, 8), new GenerationRequest(PROMPT, 10, OptionalInt.of(8)));
        assertEquals(List.of(6, 7, 8), generation.tokens());
        assertTrue(generation.stopped());
    }

    @Test
    void oneTokenNeedsNoDecodeStep() {
        CountingModel model = new CountingModel(5, 8);
        assertEquals(
                List.of(6),
                generate(model, new GenerationRequest(PROMPT, 1, OptionalInt.empty()))
                        .tokens());
        assertEquals(1, model.steps.size());
    }

    @Test
    void refusesWhatDoesNotFitTheContextBeforeRunningAnything() {
        CountingModel model = new CountingModel(6, 8);
        GenerationRequest fits = new GenerationRequest(PROMPT, 2, OptionalInt.empty());
        GenerationRequest tooLong = new GenerationRequest(PROMPT, 3, OptionalInt.empty());
        HostException problem = assertThrows(HostException.class, () -> generate(model, tooLong));
        assertTrue(String.valueOf(problem.getMessage()).contains("context of 7 tokens; the back end has 6"));
        assertTrue(model.steps.isEmpty());
        assertEquals(2, generate(model, fits).tokens().size());
    }

    @Test
    void refusesTokensOutsideTheVocabulary() {
        GenerationRequest bad = new GenerationRequest(new int[] {1, CountingModel.VOCABULARY}, 1, OptionalInt.empty());
        assertThrows(HostException.class, () -> generate(new CountingModel(8, 8), bad));
        assertThrows(HostException.class, () -> new GenerationRequest(new int[0], 1, OptionalInt.empty()));
        assertThrows(HostException.class, () -> new GenerationRequest(PROMPT, 0, OptionalInt.empty()));
    }

    @Test
    void tellsTheListenerInOrder() {
        List<String> heard = new ArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public void prefilled(int done, int total) {
                heard.add(done + "/" + total);
            }

            @Override
            public void token(int id, float[] logits) {
                heard.add("token " + id);
            }
        };
        new TextGenerator(new CountingModel(64, 3), Sampler.GREEDY)
                .generate(new GenerationRequest(PROMPT, 2, OptionalInt.empty()), listener);
        assertEquals(List.of("3/5", "5/5", "token 6", "token 7"), heard);
    }

    private static Generation generate(TokenModel model, GenerationRequest request) {
        return new TextGenerator(model, Sampler.GREEDY).generate(request, GenerationListener.NONE);
    }
}
