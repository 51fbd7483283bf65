package io.faultline.sim.run;

import java.util.regex.Pattern;

/// What leads back to a run: what was simulated, as it is named on a command line, and the seed. The only maker of
/// commands that replay one.
///
/// @param subject name of a scenario or of a shipped playbook, or the path of a playbook's file
public record Reproduction(String subject, long seed) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/@%+=:,-]+");

    /// A command for a POSIX shell.
    public String command() {
        return "bin/faultline simulate " + quoted(subject) + " --seed " + seed;
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
