package io.faultline.backend.security;

import io.faultline.backend.account.Role;
import io.faultline.backend.account.UserAccounts;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import tools.jackson.databind.json.JsonMapper;

/// The rules for `/api` and `/actuator`: HTTP Basic, or the session of somebody who has signed in to the console.
///
/// A page of another site must not be able to act through somebody's browser. A session therefore needs the CSRF
/// token as well. HTTP Basic needs none: the API never asks a browser for it (no `WWW-Authenticate`), so no browser
/// keeps such credentials and sends them by itself.
public final class ApiSecurity {
    private final JsonMapper json;

    public ApiSecurity(JsonMapper json) {
        this.json = json;
    }

    public SecurityFilterChain chain(HttpSecurity http) {
        return http.securityMatcher("/api", "/api/**", "/actuator", "/actuator/**")
                .authorizeHttpRequests(rules -> rules.requestMatchers("/actuator/health")
                        .permitAll()
                        .requestMatchers("/api", "/api/**")
                        .hasRole(Role.VIEWER.name())
                        .anyRequest()
                        .denyAll())
                .httpBasic(basic -> basic.authenticationEntryPoint((_, response, e) -> unauthenticated(response, e)))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint((_, response, e) -> unauthenticated(response, e))
                                .accessDeniedHandler((_, response, _) -> denied(response)))
                // The console shows reports in a frame of its own page.
                .headers(headers -> headers.frameOptions(FrameOptionsConfig::sameOrigin))
                .csrf(csrf -> csrf.ignoringRequestMatchers(ApiSecurity::carriesCredentials))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.NEVER))
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .build();
    }

    private static boolean carriesCredentials(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) != null;
    }

    private void unauthenticated(HttpServletResponse response, AuthenticationException e) throws IOException {
        boolean isThrottled = e instanceof LockedException;
        write(
                response,
                isThrottled ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.UNAUTHORIZED,
                isThrottled
                        ? String.valueOf(e.getMessage())
                        : "sign in with HTTP Basic: the name and password of an account of this console");
    }

    private void denied(HttpServletResponse response) throws IOException {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        boolean mustChange = who != null
                && who.getAuthorities().stream()
                        .anyMatch(a -> UserAccounts.MUST_CHANGE_PASSWORD.equals(a.getAuthority()));
        boolean isSignedIn = who != null && !(who instanceof AnonymousAuthenticationToken);
        String sentence = mustChange
                ? "change the one-time password first: sign in to the console"
                : isSignedIn ? "your role does not reach for this, or the CSRF token is missing" : "sign in first";
        write(response, HttpStatus.FORBIDDEN, sentence);
    }

    private void write(HttpServletResponse response, HttpStatus status, String sentence) throws IOException {
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        json.writeValue(response.getOutputStream(), ProblemDetail.forStatusAndDetail(status, sentence));
    }
}
