package io.faultline.console.security;

import com.vaadin.flow.server.VaadinServletRequest;
import com.vaadin.flow.server.VaadinSession;
import io.faultline.backend.account.UserAccounts;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.stereotype.Component;

/// The rights of the session that a request belongs to, and where its person wanted to go. Used in a request of a page.
@Component
public class SignedIn {
    private static final String WANTED = SignedIn.class.getName() + ".wanted";

    private final UserAccounts accounts;

    SignedIn(UserAccounts accounts) {
        this.accounts = accounts;
    }

    /// Gives the session the rights that the account has now, under a new session id, as a sign-in does.
    void again(String name) {
        UserDetails fresh = accounts.loadUserByUsername(name);
        SecurityContext rights = SecurityContextHolder.createEmptyContext();
        rights.setAuthentication(
                UsernamePasswordAuthenticationToken.authenticated(fresh, null, fresh.getAuthorities()));
        HttpServletRequest request = VaadinServletRequest.getCurrent().getHttpServletRequest();
        request.changeSessionId();
        request.getSession().setAttribute(HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY, rights);
        SecurityContextHolder.setContext(rights);
    }

    /// Keeps the address of the page that has to wait for a new password.
    void want(String pathWithQuery) {
        if (VaadinSession.getCurrent().getAttribute(WANTED) == null) {
            VaadinSession.getCurrent().setAttribute(WANTED, pathWithQuery);
        }
    }

    /// The address kept last; the first page when none was.
    String wanted() {
        Object kept = VaadinSession.getCurrent().getAttribute(WANTED);
        String path = kept == null ? "" : kept.toString();
        return "/" + (path.startsWith("?continue") ? "" : path);
    }
}
