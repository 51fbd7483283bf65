/// Text to tokens and back: tokeniser, chat template, incremental detokeniser, stop strings. Pure; one instance of
/// [io.faultline.runtime.text.TextStream] belongs to one request and survives its migrations.
@NullMarked
package io.faultline.runtime.text;

import org.jspecify.annotations.NullMarked;
