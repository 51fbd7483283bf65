package io.faultline.backend.account;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The accounts in the database. Thread-safe.
final class AccountTable {
    private final JdbcClient database;

    AccountTable(JdbcClient database) {
        this.database = database;
    }

    List<Account> all() {
        return database.sql("select * from account order by name")
                .query(AccountTable::account)
                .list();
    }

    Optional<Account> find(String name) {
        return database.sql("select * from account where name = ?")
                .param(name.toLowerCase(Locale.ROOT))
                .query(AccountTable::account)
                .optional();
    }

    int size() {
        return database.sql("select count(*) from account").query(Integer.class).single();
    }

    void insert(Account account) {
        database.sql("""
                        insert into account (name, password_hash, role, must_change_password, enabled, created_at)
                        values (?, ?, ?, ?, ?, ?)""")
                .params(
                        account.name(),
                        account.passwordHash(),
                        account.role().word(),
                        account.mustChangePassword(),
                        account.enabled(),
                        Timestamp.from(account.createdAt()))
                .update();
    }

    void update(Account account) {
        database.sql("""
                        update account set password_hash = ?, role = ?, must_change_password = ?, enabled = ?
                        where name = ?""")
                .params(
                        account.passwordHash(),
                        account.role().word(),
                        account.mustChangePassword(),
                        account.enabled(),
                        account.name())
                .update();
    }

    private static Account account(ResultSet row, int number) throws SQLException {
        return new Account(
                row.getString("name"),
                row.getString("password_hash"),
                Role.ofWord(row.getString("role")).orElse(Role.VIEWER),
                row.getBoolean("must_change_password"),
                row.getBoolean("enabled"),
                row.getTimestamp("created_at").toInstant());
    }
}
