package io.faultline.runtime.host.process;

import io.netty.util.NetUtil;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Addresses as people write them: checks URLs of servers and addresses to listen at, and writes host and port so that
/// they can be used again. IPv6 addresses stand in brackets wherever a port may follow.
final class Endpoints {
    private static final Pattern HOST_NAME = Pattern.compile("(?!-)[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?");
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final int PORT_MAX = 65_535;

    private Endpoints() {}

    /// What is wrong with a list of URLs with commas, in words; empty when nothing is.
    static Optional<String> problemWithUrls(String list) {
        List<String> schemes = new ArrayList<>();
        for (String part : list.split(",", -1)) {
            String problem = problemWithUrl(part.strip(), schemes);
            if (problem != null) {
                return Optional.of("'" + part.strip() + "' " + problem);
            }
        }
        return schemes.stream().distinct().count() > 1 ? Optional.of("must not mix http and https") : Optional.empty();
    }

    private static @Nullable String problemWithUrl(String text, List<String> schemes) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException _) {
            return "is not a URL";
        }
        String scheme = url.getScheme();
        if (scheme == null || !scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
            return "must begin with http:// or https://";
        }
        if (url.getRawUserInfo() != null) {
            return "must not hold a user name or password";
        }
        String host = url.getHost();
        if (host == null || !isHost(host)) {
            return "has no host; write an IPv6 address in brackets, as in http://[::1]:2379";
        }
        if (url.getPort() < 1 || url.getPort() > PORT_MAX) {
            return "needs a port from 1 to " + PORT_MAX;
        }
        boolean isBare = (url.getRawPath().isEmpty() || url.getRawPath().equals("/"))
                && url.getRawQuery() == null
                && url.getRawFragment() == null;
        schemes.add(scheme.toLowerCase(java.util.Locale.ROOT));
        return isBare ? null : "must end after the port";
    }

    /// The URLs of a list that was found right.
    static List<URI> urls(String list) {
        List<URI> urls = new ArrayList<>();
        for (String part : list.split(",")) {
            URI url = URI.create(part.strip());
            urls.add(URI.create(url.getScheme().toLowerCase(java.util.Locale.ROOT) + "://"
                    + hostPort(url.getHost(), url.getPort())));
        }
        return urls;
    }

    /// Whether it is a name, an IPv4 address, or an IPv6 address with or without brackets.
    static boolean isHost(String text) {
        String bare = bare(text);
        if (bare.indexOf(':') >= 0) {
            return NetUtil.isValidIpV6Address(bare);
        }
        return DIGITS_AND_DOTS.matcher(bare).matches()
                ? NetUtil.isValidIpV4Address(bare)
                : HOST_NAME.matcher(bare).matches();
    }

    /// Without the brackets of an IPv6 address.
    static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    static String hostPort(String host, int port) {
        return NetUtil.toSocketAddressString(bare(host), port);
    }
}
