package io.faultline.backend.account;

import io.faultline.backend.audit.AuditEntry.Result;
import io.faultline.backend.audit.AuditLog;
import java.time.Duration;
import java.util.Locale;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/// Signing in by form or by HTTP Basic: the same accounts, the same throttle, the same audit log. A wrong name and a
/// wrong password look and last the same. Thread-safe.
public final class ThrottledSignIn implements AuthenticationProvider {
    private static final String SIGN_IN = "sign in";
    private static final String UNKNOWN_ADDRESS = "unknown";

    private final DaoAuthenticationProvider accounts;
    private final SignInThrottle throttle;
    private final AuditLog audit;

    public ThrottledSignIn(DaoAuthenticationProvider accounts, SignInThrottle throttle, AuditLog audit) {
        this.accounts = accounts;
        this.throttle = throttle;
        this.audit = audit;
    }

    @Override
    public Authentication authenticate(Authentication authentication) {
        String name = authentication.getName().toLowerCase(Locale.ROOT);
        String address = authentication.getDetails() instanceof WebAuthenticationDetails web
                ? String.valueOf(web.getRemoteAddress())
                : UNKNOWN_ADDRESS;
        Duration pause = throttle.pause(name, address);
        if (!pause.isZero()) {
            // Not written to the audit log: whoever hammers must not be able to push everything else out of it.
            throw new LockedException("too many failed sign-ins; try again in " + (pause.toSeconds() + 1) + " s");
        }
        try {
            Authentication signedIn = accounts.authenticate(authentication);
            throttle.succeeded(name, address);
            return signedIn;
        } catch (AuthenticationException e) {
            throttle.failed(name, address);
            audit.record(name, SIGN_IN, address, Result.DENIED, "wrong name or password, or the account is off");
            throw e;
        }
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return accounts.supports(authentication);
    }
}
