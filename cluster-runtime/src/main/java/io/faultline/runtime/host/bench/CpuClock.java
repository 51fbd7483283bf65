package io.faultline.runtime.host.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The processor time of processes, as Linux counts it.
final class CpuClock {
    /// The unit of `/proc/PID/stat`, which has been the same on every architecture for decades.
    private static final long TICK_MICROS = 10_000;

    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final Path PROC = Path.of("/proc");

    private CpuClock() {}

    static boolean isAvailable() {
        return Files.isReadable(PROC.resolve("self/stat"));
    }

    /// User and system time of a process and its children, in microseconds.
    static long microsOf(long pid) {
        long sum = 0;
        for (long each : withChildren(pid)) {
            String[] fields = fieldsOf(each);
            sum += Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
        }
        return sum * TICK_MICROS;
    }

    /// User and system time of a JVM's optimising compiler, in microseconds.
    static long compilerMicrosOf(long pid) {
        long sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.contains("(C2 Compiler")) {
                    String[] fields = fieldsIn(stat);
                    sum += Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sum * TICK_MICROS;
    }

    /// All processors' time that was not idle, in microseconds.
    static long machineMicros() {
        try {
            String[] fields =
                    Files.readAllLines(PROC.resolve("stat")).getFirst().split("\\s+");
            long busy = 0;
            for (int i = 1; i < fields.length; i++) {
                boolean isIdle = i == 4 || i == 5;
                boolean isCountedTwice = i >= 9;
                busy += isIdle || isCountedTwice ? 0 : Long.parseLong(fields[i]);
            }
            return busy * TICK_MICROS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Long> withChildren(long pid) {
        List<Long> all = new ArrayList<>(List.of(pid));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path entry : entries) {
                long candidate = Long.parseLong(entry.getFileName().toString());
                try {
                    if (Long.parseLong(fieldsOf(candidate)[1]) == pid) {
                        all.add(candidate);
                    }
                } catch (UncheckedIOException _) {
                    // It ended while we looked.
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What comes after the name, which may contain anything.
    private static String[] fieldsOf(long pid) {
        try {
            return fieldsIn(Files.readString(PROC.resolve(pid + "/stat")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] fieldsIn(String stat) {
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }
}
