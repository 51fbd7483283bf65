package io.faultline.playbook.loader;

/// One thing that is wrong with a file. Immutable.
///
/// @param line from 1
/// @param column from 1
/// @param what what is wrong and what to do, one line
public record Problem(int line, int column, String what) {

    /// `12:5: what is wrong; what to do`
    public String text() {
        return line + ":" + column + ": " + what;
    }
}
