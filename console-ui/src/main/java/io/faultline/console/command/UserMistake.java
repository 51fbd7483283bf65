package io.faultline.console.command;

/// Something that the user can put right. The message is one line: what is wrong and what to do.
public final class UserMistake extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UserMistake(String line) {
        super(line);
    }
}
