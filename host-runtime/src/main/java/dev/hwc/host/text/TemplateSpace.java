package dev.hwc.host.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts space around the blocks of a template as Jinja2's trim_blocks and lstrip_blocks do: what stands
 * between the beginning of a line and a block or comment, if it is only space, and the newline right
 * behind one. The library's own options also cut space that follows an expression on the line.
 */
final class TemplateSpace {
    /** A tag whole, with strings inside it, so that its end is found. */
    private static final Pattern TAG = Pattern.compile(
            "\\{#.*?#\\}|\\{([{%])(?:'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"|(?![%}]\\}).)*[%}]\\}",
            Pattern.DOTALL);

    private TemplateSpace() {}

    /** The template without that space. */
    static String cut(String template) {
        StringBuilder result = new StringBuilder();
        Matcher tag = TAG.matcher(template);
        int from = 0;
        while (tag.find()) {
            boolean block = tag.group(1) == null || tag.group(1).equals("%");
            String text = template.substring(Math.min(from, tag.start()), tag.start());
            boolean keepsLeft = !block || template.charAt(tag.start() + 2) == '+';
            result.append(keepsLeft ? text : withoutIndentation(text, template, tag.start()));
            result.append(tag.group());
            boolean keepsRight = !block || template.charAt(tag.end() - 3) == '+';
            from = !keepsRight && template.startsWith("\n", tag.end()) ? tag.end() + 1 : tag.end();
        }
        return result.append(template.substring(from)).toString();
    }

    /** The text before a tag at {@code end}, up to its last newline if only space follows that. */
    private static String withoutIndentation(String text, String template, int end) {
        int line = template.lastIndexOf('\n', end - 1) + 1;
        return template.substring(line, end).isBlank()
                ? text.substring(0, Math.max(0, text.length() - (end - line)))
                : text;
    }
}
