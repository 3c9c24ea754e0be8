package dev.hwc.demo.corpus;

/**
 * One written story.
 *
 * @param combination the plot and the first two sentence patterns: the unit of which some are kept out of training
 * @param text paragraphs separated by a line feed
 */
public record Story(String combination, String text) {}
