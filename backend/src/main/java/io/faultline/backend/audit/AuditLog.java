package io.faultline.backend.audit;

import io.faultline.backend.audit.AuditEntry.Result;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The audit log, in the database. It keeps the newest [#ENTRIES_MAX]. Thread-safe.
///
/// A database that cannot be written must keep nobody from stopping a fault, so a lost entry goes to the program's log
/// and the action goes on.
public final class AuditLog {
    /// About 200 bytes each.
    public static final int ENTRIES_MAX = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int WHO_LENGTH_MAX = 64;
    private static final int TARGET_LENGTH_MAX = 200;
    private static final int DETAIL_LENGTH_MAX = 1_000;
    /// Old entries are removed once in so many.
    private static final int TRIM_EVERY = 1_000;

    private final JdbcClient database;
    private final Clock clock;

    public AuditLog(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    public void record(String who, String action, String target, Result result, String detail) {
        try {
            database.sql("""
                            insert into audit_entry (at, who, action, target, result, detail)
                            values (?, ?, ?, ?, ?, ?)""")
                    .params(
                            Timestamp.from(clock.instant()),
                            cut(who, WHO_LENGTH_MAX),
                            action,
                            cut(target, TARGET_LENGTH_MAX),
                            result.name().toLowerCase(Locale.ROOT),
                            cut(detail, DETAIL_LENGTH_MAX))
                    .update();
            trim();
        } catch (DataAccessException e) {
            LOG.error("lost an audit entry: {} {} {} {} {}", who, action, target, result, detail, e);
        }
    }

    /// Newest first.
    public List<AuditEntry> newest(int offset, int limit) {
        return database.sql("select * from audit_entry order by id desc offset ? rows fetch next ? rows only")
                .params(offset, limit)
                .query((row, _) -> new AuditEntry(
                        row.getLong("id"),
                        row.getTimestamp("at").toInstant(),
                        row.getString("who"),
                        row.getString("action"),
                        row.getString("target"),
                        Result.valueOf(row.getString("result").toUpperCase(Locale.ROOT)),
                        row.getString("detail")))
                .list();
    }

    public int size() {
        return database.sql("select count(*) from audit_entry")
                .query(Integer.class)
                .single();
    }

    private void trim() {
        long newest = database.sql("select max(id) from audit_entry")
                .query(Long.class)
                .single();
        if (newest % TRIM_EVERY == 0) {
            database.sql("delete from audit_entry where id <= ?")
                    .params(newest - ENTRIES_MAX)
                    .update();
        }
    }

    private static String cut(String text, int lengthMax) {
        return text.length() <= lengthMax ? text : text.substring(0, lengthMax - 1) + "…";
    }
}
