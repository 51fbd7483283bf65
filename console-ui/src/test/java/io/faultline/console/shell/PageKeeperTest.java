package io.faultline.console.shell;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/// Sessions stay within their bounds, and a full heap takes from those that have not signed in first.
class PageKeeperTest {
    private final PageLimits limits =
            PageLimits.defaults().with(b -> b.visitorsMax(3).usersMax(2));
    private final OpenSessions sessions = new OpenSessions(limits);

    @Test
    void endsTheSessionOfTheVisitorUnusedForLongestWhenThereAreTooMany() {
        List<MockHttpSession> visitors = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            visitors.add(visitor());
        }
        assertThat(sessions.visitors()).isEqualTo(3);
        assertThat(visitors).filteredOn(MockHttpSession::isInvalid).hasSize(2);
    }

    @Test
    void visitorsDoNotDisplaceUsers() {
        MockHttpSession user = signedIn(visitor());
        for (int i = 0; i < 5; i++) {
            visitor();
        }
        assertThat(user.isInvalid()).isFalse();
        assertThat(user.getMaxInactiveInterval())
                .isEqualTo((int) limits.userIdle().toSeconds());
        signedIn(visitor());
        signedIn(visitor());
        assertThat(user.isInvalid()).isTrue();
    }

    @Test
    void followsASessionWhoseIdChangesAtSignIn() {
        MockHttpSession session = visitor();
        String old = session.getId();
        session.changeSessionId();
        sessions.sessionIdChanged(new HttpSessionEvent(session), old);
        signedIn(session);
        sessions.sessionDestroyed(new HttpSessionEvent(session));
        assertThat(sessions.visitors()).isZero();
    }

    @Test
    void endsVisitorsOnceForEachCollectionThatLeavesTheHeapFull() {
        AtomicReference<Double> share = new AtomicReference<>(0.5);
        try (PageKeeper keeper = new PageKeeper(limits, new OpenPages(limits), sessions, share::get)) {
            MockHttpSession user = signedIn(visitor());
            visitor();
            keeper.sweep();
            assertThat(sessions.visitors()).isEqualTo(1);
            share.set(0.8);
            keeper.sweep();
            assertThat(sessions.visitors()).isZero();
            assertThat(user.isInvalid()).isFalse();
            visitor();
            keeper.sweep();
            assertThat(sessions.visitors())
                    .as("no collection since: nothing is known about the last remedy")
                    .isEqualTo(1);
        }
    }

    @Test
    void seesTheHeapOfThisProcess() {
        System.gc();
        assertThat(new HeapWatch().liveShare()).isGreaterThan(0).isLessThan(1);
    }

    private MockHttpSession visitor() {
        MockHttpSession session = new MockHttpSession();
        sessions.sessionCreated(new HttpSessionEvent(session));
        return session;
    }

    private MockHttpSession signedIn(MockHttpSession session) {
        String name = HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY;
        session.setAttribute(name, "someone");
        sessions.attributeAdded(new HttpSessionBindingEvent(session, name, "someone"));
        return session;
    }
}
