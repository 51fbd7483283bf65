package io.faultline.backend.playbook;

import io.faultline.playbook.report.PlaybookReport;
import io.faultline.playbook.report.ReportFormat;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/// Finished runs and their reports in every format, in the database: they outlive the cluster and the console. Keeps
/// the newest [#RUNS_MAX]. Thread-safe.
public final class PlaybookArchive {
    /// About 200 KiB each.
    public static final int RUNS_MAX = 500;

    private static final int WHY_LENGTH_MAX = 2_000;

    private final JdbcClient database;
    private final TransactionTemplate transaction;

    public PlaybookArchive(JdbcClient database, TransactionTemplate transaction) {
        this.database = database;
        this.transaction = transaction;
    }

    /// @param report absent for a run that ended without one
    void save(PlaybookRunRecord run, Optional<PlaybookReport> report) {
        transaction.executeWithoutResult(_ -> {
            insert(run);
            report.ifPresent(r -> {
                for (ReportFormat format : ReportFormat.values()) {
                    database.sql("insert into playbook_report (run_id, format, content) values (?, ?, ?)")
                            .params(run.id(), word(format), format.render(r))
                            .update();
                }
            });
            trim();
        });
    }

    private void insert(PlaybookRunRecord run) {
        String why =
                run.why().length() <= WHY_LENGTH_MAX ? run.why() : run.why().substring(0, WHY_LENGTH_MAX);
        database.sql("""
                        insert into playbook_run
                            (id, playbook, world, seed, started_by, started_at, ended_at, verdict, why, digest)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        run.id(),
                        run.playbook(),
                        run.world(),
                        run.seed(),
                        run.by(),
                        Timestamp.from(run.startedAt()),
                        Timestamp.from(run.endedAt().orElseThrow()),
                        run.verdict(),
                        why,
                        run.digest())
                .update();
    }

    private void trim() {
        database.sql("""
                        delete from playbook_run where id in (
                            select id from playbook_run order by started_at desc, id desc offset ? rows)""").param(RUNS_MAX).update();
    }

    /// Newest first.
    List<PlaybookRunRecord> newest(int limit) {
        return database.sql(SELECT + " order by started_at desc, id desc fetch first ? rows only")
                .param(limit)
                .query(PlaybookArchive::run)
                .list();
    }

    Optional<PlaybookRunRecord> find(String id) {
        return database.sql(SELECT + " where id = ?")
                .param(id)
                .query(PlaybookArchive::run)
                .optional();
    }

    Optional<String> report(String runId, ReportFormat format) {
        return database.sql("select content from playbook_report where run_id = ? and format = ?")
                .params(runId, word(format))
                .query(String.class)
                .optional();
    }

    private static final String SELECT = "select r.*, exists (select 1 from playbook_report p where p.run_id = r.id)"
            + " as has_report from playbook_run r";

    private static PlaybookRunRecord run(ResultSet row, int number) throws SQLException {
        return new PlaybookRunRecord(
                row.getString("id"),
                row.getString("playbook"),
                row.getString("world"),
                row.getLong("seed"),
                row.getString("started_by"),
                row.getTimestamp("started_at").toInstant(),
                Optional.of(row.getTimestamp("ended_at").toInstant()),
                row.getString("verdict"),
                row.getString("why"),
                row.getString("digest"),
                List.of(),
                row.getBoolean("has_report"));
    }

    private static String word(ReportFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}
