package io.faultline.playbook.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The golden files are the reports as people get them; `-Dfaultline.rewrite=true` writes them anew, to be looked at
/// before they are committed.
class ReportFormatTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "report");

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void looksAsAgreed(ReportFormat format) throws IOException {
        Path file = GOLDEN.resolve("failed." + format.extension());
        String rendered = format.render(SampleReport.failed());
        if (Boolean.getBoolean("faultline.rewrite")) {
            Files.writeString(file, rendered);
        }

        assertThat(rendered).isEqualTo(Files.readString(file));
    }

    @Test
    @DisplayName("Reliability case 50: foreign text in the HTML report is text")
    void htmlShowsForeignTextAsText() {
        String html = ReportFormat.HTML.render(SampleReport.nasty());

        assertThat(html)
                .doesNotContain("<script")
                .doesNotContain("\u001b")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
    }

    @Test
    void htmlNeedsNothingElse() {
        String html = ReportFormat.HTML.render(SampleReport.failed());

        assertThat(html).doesNotContain("http://", "https://", " src=", "<link", "@import", "url(");
        assertThat(html).contains("prefers-color-scheme:dark").contains("<svg ").hasSizeLessThan(2_000_000);
    }

    @Test
    void htmlHasANumberForEveryPoint() {
        String html = ReportFormat.HTML.render(SampleReport.failed());

        assertThat(html).contains("<td>120.5</td>").contains("<td>no data</td>");
    }

    @Test
    void markdownKeepsForeignTextInItsCell() {
        String markdown = ReportFormat.MARKDOWN.render(SampleReport.nasty());

        assertThat(markdown).doesNotContain("<script").doesNotContain("\u001b").contains("\\*bold\\*");
        assertThat(markdown.lines().filter(line -> line.startsWith("| note")))
                .hasSize(1)
                .first()
                .asString()
                .contains("\\| \\*bold\\*")
                .endsWith("next line |");
    }

    @Test
    void jsonReadsBack() {
        JsonNode json = JsonMapper.shared().readTree(ReportFormat.JSON.render(SampleReport.nasty()));

        assertThat(json.path("verdict").asString()).isEqualTo("aborted");
        assertThat(json.path("run").path("title").asString()).isEqualTo(SampleReport.NASTY);
        assertThat(json.path("hypothesis").path(1).path("before").isNull()).isTrue();
        assertThat(json.path("expectations").path(1).path("measured").asDouble())
                .isEqualTo(7.2e9);
        assertThat(json.path("charts").path(1).path("values").path(0).isNull()).isTrue();
        assertThat(json.path("outcome").path(2).path("comparable").asBoolean()).isFalse();
    }

    @Test
    void junitCountsWhatItHolds() throws Exception {
        Element suite = xml(ReportFormat.JUNIT.render(SampleReport.failed())).getDocumentElement();
        NodeList cases = suite.getElementsByTagName("testcase");

        assertThat(suite.getAttribute("tests")).isEqualTo(Integer.toString(cases.getLength()));
        assertThat(suite.getAttribute("failures"))
                .isEqualTo(
                        Integer.toString(suite.getElementsByTagName("failure").getLength()));
        assertThat(suite.getAttribute("failures")).isEqualTo("4");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    }

    @Test
    void junitStaysXmlWhateverTheTexts() throws Exception {
        Document document = xml(ReportFormat.JUNIT.render(SampleReport.nasty()));

        assertThat(document.getElementsByTagName("script").getLength()).isZero();
    }

    @Test
    void findsAFormatByItsWord() {
        assertThat(ReportFormat.of("junit")).hasValue(ReportFormat.JUNIT);
        assertThat(ReportFormat.of("pdf")).isEmpty();
    }

    private static Document xml(String text) throws ParserConfigurationException, IOException, SAXException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }
}
