package io.faultline.playbook.report;

import io.faultline.playbook.probe.Words;
import java.util.Optional;

/// The forms in which a report can be had.
public enum ReportFormat {
    MARKDOWN("md", "text/markdown;charset=utf-8"),
    HTML("html", "text/html;charset=utf-8"),
    JSON("json", "application/json"),
    JUNIT("xml", "application/xml");

    private final String extension;
    private final String mediaType;

    ReportFormat(String extension, String mediaType) {
        this.extension = extension;
        this.mediaType = mediaType;
    }

    /// Of a file, without the dot.
    public String extension() {
        return extension;
    }

    public String mediaType() {
        return mediaType;
    }

    /// By its word: markdown, html, json, junit.
    public static Optional<ReportFormat> of(String word) {
        return Words.find(word, values(), '-');
    }

    public String render(PlaybookReport report) {
        return switch (this) {
            case MARKDOWN -> MarkdownReport.render(report);
            case HTML -> HtmlReport.render(report);
            case JSON -> JsonReport.render(report);
            case JUNIT -> JunitReport.render(report);
        };
    }
}
