package io.faultline.backend.startup;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The folder that outlives the console.
public final class DataDirectory {
    private DataDirectory() {}

    /// Makes it if it is missing, and proves by writing that it can be used.
    ///
    /// @throws StartupProblem when it cannot
    public static void prepare(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            Files.delete(Files.createTempFile(absolute, ".writable", ""));
        } catch (FileAlreadyExistsException e) {
            throw problem(absolute, "it is a file", e);
        } catch (AccessDeniedException e) {
            throw problem(absolute, "permission denied", e);
        } catch (IOException e) {
            throw problem(absolute, String.valueOf(e.getMessage()), e);
        }
    }

    private static StartupProblem problem(Path directory, String why, IOException cause) {
        return new StartupProblem(
                "cannot write to the data directory " + directory + " (" + why + "); choose another with --data-dir",
                cause);
    }
}
