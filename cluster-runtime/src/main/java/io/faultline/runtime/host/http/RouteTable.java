package io.faultline.runtime.host.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which endpoint serves which method and path. Filled once, before the server listens, and only read afterwards.
final class RouteTable {
    private final Map<String, Map<String, Endpoint>> exact = new LinkedHashMap<>();
    private final Map<String, Map<String, Endpoint>> below = new LinkedHashMap<>();

    /// Serves exactly `path`.
    RouteTable add(String method, String path, Endpoint endpoint) {
        exact.computeIfAbsent(path, _ -> new TreeMap<>()).put(method, endpoint);
        return this;
    }

    /// Serves everything that begins with `prefix` and goes on.
    RouteTable addBelow(String method, String prefix, Endpoint endpoint) {
        below.computeIfAbsent(prefix, _ -> new TreeMap<>()).put(method, endpoint);
        return this;
    }

    Match find(String method, String path) {
        Map<String, Endpoint> methods = methodsOf(path);
        if (methods == null) {
            return new Match.NoSuchPath();
        }
        Endpoint endpoint = methods.get(method);
        if (endpoint == null && method.equals("HEAD")) {
            endpoint = methods.get("GET");
        }
        return endpoint == null ? new Match.WrongMethod(allowed(methods)) : new Match.Found(endpoint);
    }

    private @Nullable Map<String, Endpoint> methodsOf(String path) {
        Map<String, Endpoint> methods = exact.get(path);
        if (methods != null) {
            return methods;
        }
        for (Map.Entry<String, Map<String, Endpoint>> entry : below.entrySet()) {
            if (path.length() > entry.getKey().length() && path.startsWith(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static String allowed(Map<String, Endpoint> methods) {
        List<String> names = new ArrayList<>(methods.keySet());
        if (methods.containsKey("GET")) {
            names.add("HEAD");
        }
        return String.join(", ", names);
    }

    sealed interface Match {
        record Found(Endpoint endpoint) implements Match {}

        record NoSuchPath() implements Match {}

        /// @param allow value of the `Allow` header
        record WrongMethod(String allow) implements Match {}
    }
}
