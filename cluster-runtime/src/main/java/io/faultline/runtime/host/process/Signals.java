package io.faultline.runtime.host.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens on SIGTERM and SIGINT. A shutdown hook would not do: once hooks run, a second signal is not heard any
/// more, and the exit code is the signal's whatever they do. The JDK's only way to hear a signal is `sun.misc.Signal`
/// of the module `jdk.unsupported`, which JEP 260 keeps open because there is no other; it is reached by reflection
/// since the compiler forbids naming it in a build without warnings. Where it is missing (`-Xrs`), a hook does what it
/// can.
public final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /// @param inOrder runs on the first signal, `atOnce` on every further one; both on threads of their own
    public static void onTermination(Runnable inOrder, Runnable atOnce) {
        AtomicInteger heard = new AtomicInteger();
        Runnable hear = () -> {
            if (heard.getAndIncrement() == 0) {
                inOrder.run();
            } else {
                atOnce.run();
            }
        };
        try {
            handle("TERM", hear);
            handle("INT", hear);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.warn("signals cannot be heard ({}); a second one will not be noticed", e.toString());
            Runtime.getRuntime().addShutdownHook(new Thread(inOrder, "shutdown"));
        }
    }

    private static void handle(String name, Runnable hear) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object hearing = Proxy.newProxyInstance(
                Signals.class.getClassLoader(), new Class<?>[] {handler}, (_, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(hear, arguments);
                    }
                    hear.run();
                    return null;
                });
        try {
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), hearing);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("SIG" + name + " is taken", e.getCause());
        }
    }
}
