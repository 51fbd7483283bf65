/// What a run leaves behind. A [PlaybookReport] is plain data; the renderers turn the same data into Markdown, a
/// self-contained HTML page, JSON and JUnit XML. Texts that come from files, workers or people are escaped by each
/// renderer; none of them trusts its input.
///
/// Words: the *outcome table* holds the rows in which a simulated and a real run can be compared; rows that depend on
/// how fast the world was are marked as not comparable.
@NullMarked
package io.faultline.playbook.report;

import org.jspecify.annotations.NullMarked;
