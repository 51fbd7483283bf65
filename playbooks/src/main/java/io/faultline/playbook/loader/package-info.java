/// Reads playbook files. One reader serves validation and execution; a file that is not entirely right is refused with
/// every problem's line and column and what to do about it, and nothing of it is used.
///
/// The YAML is plain: no tags, anchors, aliases, merge keys or second documents; nesting, size and the number of
/// entries are bounded before anything is built. The published JSON Schema (`schema/playbook.schema.json` on the class
/// path) describes the same files for editors; a test holds the two together.
@NullMarked
package io.faultline.playbook.loader;

import org.jspecify.annotations.NullMarked;
