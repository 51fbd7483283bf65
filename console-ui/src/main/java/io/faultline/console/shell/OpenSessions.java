package io.faultline.console.shell;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/// Bounds the sessions of browsers and scripts: whoever asks for the sign-in page over and over, without a cookie, gets
/// a session each time. Thread-safe.
public final class OpenSessions implements HttpSessionListener, HttpSessionIdListener, HttpSessionAttributeListener {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSessions.class);
    private static final String SIGNED_IN = HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY;

    private final PageLimits limits;
    private final Map<String, HttpSession> visitors = new LinkedHashMap<>();
    private final Map<String, HttpSession> users = new LinkedHashMap<>();

    OpenSessions(PageLimits limits) {
        this.limits = limits;
    }

    @Override
    public void sessionCreated(HttpSessionEvent event) {
        HttpSession session = event.getSession();
        session.setMaxInactiveInterval((int) limits.visitorIdle().toSeconds());
        HttpSession surplus;
        synchronized (this) {
            surplus = surplus(visitors, limits.visitorsMax());
            visitors.put(session.getId(), session);
        }
        end(surplus);
    }

    @Override
    public synchronized void sessionDestroyed(HttpSessionEvent event) {
        visitors.remove(event.getSession().getId());
        users.remove(event.getSession().getId());
    }

    @Override
    public synchronized void sessionIdChanged(HttpSessionEvent event, String oldId) {
        HttpSession session = event.getSession();
        if (visitors.remove(oldId) != null) {
            visitors.put(session.getId(), session);
        }
        if (users.remove(oldId) != null) {
            users.put(session.getId(), session);
        }
    }

    @Override
    public void attributeAdded(HttpSessionBindingEvent event) {
        if (!event.getName().equals(SIGNED_IN)) {
            return;
        }
        HttpSession session = event.getSession();
        session.setMaxInactiveInterval((int) limits.userIdle().toSeconds());
        HttpSession surplus;
        synchronized (this) {
            visitors.remove(session.getId());
            surplus = surplus(users, limits.usersMax());
            users.put(session.getId(), session);
        }
        end(surplus);
    }

    /// Ends the sessions of all who have not signed in.
    void endVisitors() {
        List<HttpSession> ended;
        synchronized (this) {
            ended = List.copyOf(visitors.values());
            visitors.clear();
        }
        ended.forEach(OpenSessions::end);
    }

    public synchronized int visitors() {
        return visitors.size();
    }

    private static @Nullable HttpSession surplus(Map<String, HttpSession> sessions, int max) {
        if (sessions.size() < max) {
            return null;
        }
        Optional<Map.Entry<String, HttpSession>> longestUnused =
                sessions.entrySet().stream().min(Comparator.comparingLong(e -> lastUsed(e.getValue())));
        return longestUnused.map(e -> sessions.remove(e.getKey())).orElse(null);
    }

    private static long lastUsed(HttpSession session) {
        try {
            return session.getLastAccessedTime();
        } catch (IllegalStateException _) {
            // It ended meanwhile.
            return Long.MIN_VALUE;
        }
    }

    private static void end(@Nullable HttpSession session) {
        if (session == null) {
            return;
        }
        try {
            session.invalidate();
        } catch (IllegalStateException e) {
            LOG.debug("The session had ended already", e);
        }
    }
}
