package dev.hwc.host.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.host.HostException;
import dev.hwc.ir.format.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Five published templates against what Jinja2 3.1.6 makes of them with the settings of transformers
 * (trim_blocks, lstrip_blocks, loopcontrols): templates.json. A recorded text that begins with ! is the message of
 * raise_exception. The date of Llama's template is the recorded one.
 */
class ChatTemplateTest {
    private static final Map<String, List<ChatMessage>> CONVERSATIONS = Map.of(
            "system",
                    List.of(
                            ChatMessage.system(" You are kind. "),
                            ChatMessage.user("Hello <b> & \"x\""),
                            ChatMessage.assistant("Hi."),
                            ChatMessage.user("How are you?")),
            "plain",
                    List.of(
                            ChatMessage.user("Hello <b> & \"x\""),
                            ChatMessage.assistant("Hi."),
                            ChatMessage.user("How are you?")),
            "one", List.of(ChatMessage.user("  Näher\n\nbitte")),
            "twice", List.of(ChatMessage.user("a"), ChatMessage.user("b")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Qwen-Qwen2.5-7B-Instruct",
                "google-gemma-2-2b-it",
                "meta-llama-Llama-3.2-3B-Instruct",
                "microsoft-Phi-3.5-mini-instruct",
                "mistralai-Mistral-Nemo-Instruct-2407"
            })
    void rendersAsJinja2(String name) throws IOException {
        String text = Files.readString(SharedData.model("templates/" + name + ".jinja"));
        JsonNode recorded = recorded();
        ChatTemplate template = new ChatTemplate(text, "<s>", "</s>");
        int compared = 0;
        for (String conversation : CONVERSATIONS.keySet()) {
            for (boolean answer : new boolean[] {true, false}) {
                String expected = recorded.path(name + "/" + conversation + "/" + answer)
                        .asString()
                        .replace("26 Jul 2024", ChatTemplate.Refusal.today("%d %b %Y"));
                assertEquals(expected, rendered(template, conversation, answer), conversation);
                compared++;
            }
        }
        assertEquals(8, compared);
    }

    private static String rendered(ChatTemplate template, String conversation, boolean answer) {
        List<ChatMessage> messages = Objects.requireNonNull(CONVERSATIONS.get(conversation));
        try {
            return template.render(messages, answer);
        } catch (HostException e) {
            return "!" + String.valueOf(e.getMessage()).replaceFirst(".*these messages: ", "");
        }
    }

    private static JsonNode recorded() throws IOException {
        try (InputStream resource =
                Objects.requireNonNull(ChatTemplateTest.class.getResourceAsStream("templates.json"))) {
            return JsonMapper.shared().readTree(resource);
        }
    }

    /** Recorded from Jinja2 as above, with one message of a user whose content is x. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{{ messages[0].role }}: {{ messages[0].content }} {% if true %} y {% endif %}.|user: x  y .",
                "a ;  {% if true %};b;  {% endif %};c|a ;b;c",
                "a;{% if true -%}; b ;{%- endif %};c|a;bc",
                "a;  {%+ if true %}b{% endif +%};c|a;  b;c",
                "{{ '%}' }} {# no #};{{ \"}}\" }};d|%} }};d",
                ";{{ 'a' }};;b|;a;;b"
            })
    void cutsSpaceAsJinja2(String template, String expected) {
        ChatTemplate lines = new ChatTemplate(template.replace(';', '\n'), "", "");
        assertEquals(expected.replace(';', '\n'), lines.render(List.of(ChatMessage.user("x")), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% if %}",
                "{{ messages[0].content",
                "{% for i in range(100000000) %}x{% endfor %}{{ raise_exception('end') }}",
                "{{ 'x' * 100000000 }}{{ raise_exception('end') }}"
            })
    void brokenTemplatesEndInOneLine(String text) {
        ChatTemplate template = new ChatTemplate(text, "", "");
        HostException problem =
                assertThrows(HostException.class, () -> template.render(List.of(ChatMessage.user("x")), true));
        assertEquals(1, String.valueOf(problem.getMessage()).lines().count());
    }

    @Test
    void templatesReachNoClasses() {
        ChatTemplate template = new ChatTemplate("{{ ''.getClass().forName('java.lang.Runtime') }}", "", "");
        String result;
        try {
            result = template.render(List.of(ChatMessage.user("x")), true);
        } catch (HostException e) {
            result = "";
        }
        assertTrue(!result.contains("Runtime"), result);
    }
}
