package io.faultline.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.playbook.loader.PlaybookLoader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line: a user's mistake is one line and exit code 2, and simulations end in the line that scripts read.
class FaultlineTest {
    @TempDir
    private Path directory;

    private record Ended(int code, String out, String err) {}

    @Test
    void simulatesAPlaybookTwiceToTheSameDigest() {
        Ended first = run("simulate", "decode-worker-crash", "--seed", "7");
        Ended second = run("simulate", "decode-worker-crash", "--seed", "7");
        assertThat(first.code).isZero();
        assertThat(lastLine(first.out))
                .startsWith("{\"seed\":7,")
                .contains("\"outcome\":\"passed\"", "\"violations\":0", "\"failed\":0");
        assertThat(digest(first)).isEqualTo(digest(second));
        assertThat(digest(run("simulate", "decode-worker-crash", "--seed", "8")))
                .isNotEqualTo(digest(first));
    }

    @Test
    void writesEventsAndReport() throws Exception {
        Path events = directory.resolve("events.jsonl");
        Path html = directory.resolve("report.html");
        Path json = directory.resolve("result.json");
        Ended ended = run(
                "simulate",
                "decode-worker-crash",
                "--events",
                events.toString(),
                "--html",
                html.toString(),
                "--json",
                json.toString());
        assertThat(ended.code).isZero();
        assertThat(Files.readAllLines(events).getLast()).startsWith("{\"sequence\":");
        assertThat(Files.readString(html)).contains("<svg").doesNotContain("<script");
        assertThat(Files.readString(json).strip()).isEqualTo(lastLine(ended.out));
    }

    @Test
    void runsACampaignInOneLine() {
        Ended ended = run("simulate", "decode-worker-crash", "--seeds", "1..3");
        assertThat(ended.code).isZero();
        assertThat(lastLine(ended.out)).contains("\"seeds\":3", "\"failedSeeds\":[]");
    }

    /// A copy of a shipped playbook that cannot be run, under its own name and another one, in a folder whose name has
    /// a space and a quote in it: the printed command leads to the same refusal; one that fails, to the same end.
    @Test
    void whatIsPrintedToReproduceARunReproducesIt() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("it's a folder"));
        String shipped = new String(
                PlaybookLoader.class
                        .getResourceAsStream("/playbooks/decode-worker-crash.yaml")
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        String refused = shipped.replace("ramp: 500ms", "ramp: ${leaseTtl} / 0");
        assertThat(refused).isNotEqualTo(shipped);
        for (String text : List.of(refused, refused.replace("name: decode-worker-crash", "name: another-name"))) {
            Path copy = Files.writeString(folder.resolve("copy.yaml"), text);
            Ended first = run("simulate", copy.toString(), "--seed", "5");
            assertThat(first.code).isEqualTo(1);
            Ended again = reproduced(first);
            assertThat(again.code).isEqualTo(1);
            assertThat(digest(again)).isEqualTo(digest(first));
            assertThat(cause(again)).isEqualTo(cause(first)).contains("cannot be computed");
        }
        Path impatient = Files.writeString(
                folder.resolve("impatient.yaml"),
                shipped.replace("tolerance: {type: equals, value: 0}", "tolerance: {type: equals, value: 1}"));
        Ended first = run("simulate", impatient.toString(), "--seeds", "5..5");
        assertThat(first.code).isEqualTo(1);
        assertThat(cause(reproduced(first))).isEqualTo(cause(first));
    }

    private static Ended reproduced(Ended failed) {
        String line = failed.out
                .lines()
                .filter(l -> l.startsWith("REPRODUCE WITH: "))
                .findFirst()
                .orElseThrow();
        List<String> words = new ArrayList<>();
        Matcher word =
                Pattern.compile("('[^']*'|\\\\'|[^\\s'\\\\])+").matcher(line.substring("REPRODUCE WITH: ".length()));
        while (word.find()) {
            words.add(word.group().replace("'\\''", "\u0000").replace("'", "").replace('\u0000', '\''));
        }
        assertThat(words).startsWith("bin/faultline");
        return run(words.subList(1, words.size()).toArray(String[]::new));
    }

    private static String cause(Ended failed) {
        return failed.out
                .lines()
                .filter(l -> l.startsWith("REFUSED: ") || l.startsWith("INCONCLUSIVE: ") || l.startsWith("FAILED: "))
                .findFirst()
                .orElse("");
    }

    @Test
    void listsAndValidatesPlaybooks() throws Exception {
        assertThat(run("playbook", "list").out).contains("decode-worker-crash");
        assertThat(run("playbook", "validate", "decode-worker-crash").code).isZero();
        Path broken = Files.writeString(directory.resolve("broken.yaml"), "apiVersion: faultline/v1\nkind: Playbok\n");
        mistake(run("playbook", "validate", broken.toString()), "broken.yaml:2:");
    }

    @Test
    void saysInOneLineWhatIsWrong() throws Exception {
        mistake(run("simulate", "no-such-thing"), "no-such-thing");
        mistake(run("simulate", "decode-worker-crash", "--seeds", "many"), "1..100");
        mistake(run("simulate", "decode-worker-crash", "--seed", "x"), "--seed");
        mistake(run("simulate", "decode-worker-crash", "--events", "/no/such/folder/e"), "cannot write");
        mistake(run("dance"), "dance");
        mistake(run("console", "--port", "70000"), "65535");
        Path cluster = Files.writeString(directory.resolve("cluster.json"), "{\"frontends\":0}");
        mistake(run("console", "--cluster", cluster.toString()), "1 to 16 frontends");
        mistake(run("console", "--data-dir", cluster.toString(), "--api-port", "0"), "data directory");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            mistake(run("console", "--api-port", port, "--data-dir", directory.toString()), port);
        }
    }

    @Test
    void saysInOneLineWhyAProcessCannotStart() {
        mistake(run("decode", "--engine", "native"), "not in this version");
        mistake(run("frontend", "--api-port", "http"), "--api-port is a port");
        mistake(run("frontend", "--engine", "modelled"), "--engine");
        mistake(run("decode", "--etcd", "localhost"), "--etcd must be one or more URLs");
        mistake(run("decode", "--etcd", "http://127.0.0.1:1", "--system-port", "0"), "etcd does not answer");
        mistake(run("bench", "migration-gap", "--workers", "1"), "--workers");
    }

    private static void mistake(Ended ended, String named) {
        assertThat(ended.code).as(ended.err).isEqualTo(2);
        assertThat(ended.err).startsWith("faultline: ").contains(named).doesNotContain("\tat ");
        assertThat(ended.err.strip().lines()).as("a line a problem").hasSizeBetween(1, 20);
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce((_, last) -> last).orElse("");
    }

    private static String digest(Ended ended) {
        return lastLine(ended.out).replaceAll(".*\"digest\":\"([0-9a-f]{16})\".*", "$1");
    }

    private static synchronized Ended run(String... words) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int code = Faultline.run(words);
            return new Ended(
                    code, captured.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
