package io.faultline.console.security;

import com.vaadin.flow.server.ServiceInitEvent;
import com.vaadin.flow.server.VaadinServiceInitListener;
import com.vaadin.flow.spring.security.AuthenticationContext;
import com.vaadin.flow.spring.security.VaadinSecurityConfigurer;
import io.faultline.backend.account.ThrottledSignIn;
import io.faultline.backend.account.UserAccounts;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.web.SecurityFilterChain;

/// Everything but the sign-in page and static files needs a signed-in user; a one-time password opens nothing but
/// the page where it is changed.
@Configuration(proxyBeanMethods = false)
public class ConsoleSecurity {
    @Bean
    @Order(2)
    SecurityFilterChain pages(HttpSecurity http, ThrottledSignIn signIn) throws Exception {
        return http.authenticationProvider(signIn)
                .authorizeHttpRequests(requests -> requests.requestMatchers("/vendor/**", "/console/**", "/aura/**")
                        .permitAll())
                // An address that is no page goes to Vaadin as well, which says so in words; its default is an empty
                // 403.
                .with(
                        VaadinSecurityConfigurer.vaadin(),
                        vaadin -> vaadin.loginView(LoginView.class)
                                .anyRequest(AuthorizeHttpRequestsConfigurer.AuthorizedUrl::authenticated))
                .build();
    }

    @Bean
    VaadinServiceInitListener passwordFirst(AuthenticationContext user, SignedIn signedIn) {
        return (ServiceInitEvent event) -> event.getSource()
                .addUIInitListener(ui -> ui.getUI().addBeforeEnterListener(entering -> {
                    boolean mustChange = user.hasAuthority(UserAccounts.MUST_CHANGE_PASSWORD);
                    if (mustChange && entering.getNavigationTarget() != PasswordView.class) {
                        signedIn.want(entering.getLocation().getPathWithQueryParameters());
                        entering.forwardTo(PasswordView.class);
                    }
                }));
    }
}
