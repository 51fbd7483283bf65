package io.faultline.console.shell;

import com.vaadin.flow.server.VaadinServiceInitListener;
import org.springframework.boot.web.servlet.ServletListenerRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Has every page and session counted from its first moment.
@Configuration(proxyBeanMethods = false)
class PageConfiguration {
    @Bean
    OpenPages openPages(PageLimits limits) {
        return new OpenPages(limits);
    }

    @Bean
    OpenSessions openSessions(PageLimits limits) {
        return new OpenSessions(limits);
    }

    @Bean
    ServletListenerRegistrationBean<OpenSessions> sessionListener(OpenSessions sessions) {
        return new ServletListenerRegistrationBean<>(sessions);
    }

    @Bean
    VaadinServiceInitListener countPages(OpenPages pages) {
        return event -> event.getSource().addUIInitListener(opened -> pages.opened(opened.getUI()));
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    PageKeeper pageKeeper(PageLimits limits, OpenPages pages, OpenSessions sessions) {
        return new PageKeeper(limits, pages, sessions, new HeapWatch()::liveShare);
    }
}
