package io.faultline.runtime.host.http;

import io.faultline.runtime.fault.Fault;
import io.faultline.runtime.fault.FaultInjector;
import io.faultline.runtime.fault.FaultInjector.ActiveFault;
import io.faultline.runtime.fault.FaultInjector.Result;
import io.faultline.runtime.request.ErrorType;
import io.faultline.runtime.seam.NodeId;
import io.faultline.runtime.seam.NodeLoop;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The faults of one process over HTTP: `GET /faults` lists those that are active, `POST /faults` injects one,
/// `POST /faults/{id}/recover` reverts one. What is refused is `{"error": text}`: 400 for what is no fault, 404 for an
/// id that is not active, 409 for a fault that cannot be carried out here or now. Asked on the injector's loop,
/// answered on the connection's. Immutable.
///
/// @param node the only target
/// @param loop on which `faults` is called
/// @param patienceNanos for an answer
record FaultDesk(NodeId node, FaultInjector faults, NodeLoop loop, long patienceNanos) {
    static final String PATH = "/faults";
    private static final String RECOVER = "/recover";
    private static final double NANOS_PER_SECOND = 1e9;

    void openOn(RouteTable routes) {
        routes.add("GET", PATH, guarded(this::list));
        routes.add("POST", PATH, guarded(this::inject));
        routes.addBelow("POST", PATH + '/', guarded(this::recover));
    }

    private static Endpoint guarded(Consumer<Exchange> answer) {
        return new Endpoint() {
            @Override
            public void serve(Exchange exchange) {
                answer.accept(exchange);
            }

            @Override
            public boolean isGuarded() {
                return true;
            }
        };
    }

    private void list(Exchange exchange) {
        ask(exchange, faults::active, active -> {
            JsonBytes out = new JsonBytes(256).ascii("{\"faults\":[");
            for (int i = 0; i < active.size(); i++) {
                write(out.ascii(i == 0 ? "" : ","), active.get(i));
            }
            exchange.respond(out.ascii("],\"count\":").number(active.size()).ascii("}"));
        });
    }

    private static void write(JsonBytes out, ActiveFault active) {
        Fault fault = active.fault();
        out.ascii("{\"fault_id\":").string(active.id());
        out.ascii(",\"fault_type\":").string(fault.kind());
        out.ascii(",\"target\":").string(fault.target().value());
        out.ascii(",\"status\":\"active\",\"by\":").string(active.by()).ascii("}");
    }

    private void inject(Exchange exchange) {
        FaultOrder order;
        try {
            order = FaultOrder.read(exchange.body(), node);
        } catch (BadField e) {
            error(exchange, 400, e.refusal().message());
            return;
        } finally {
            exchange.body().drop();
        }
        ask(exchange, () -> faults.inject(order.fault(), order.duration(), order.by()), result -> {
            switch (result) {
                case Result.Done(String id) -> done(exchange, id, "injected", order.fault());
                case Result.Refused(String why) -> error(exchange, 409, why);
            }
        });
    }

    private void recover(Exchange exchange) {
        exchange.body().drop();
        String rest = exchange.path().substring(PATH.length() + 1);
        if (!rest.endsWith(RECOVER)) {
            error(exchange, 404, "there is nothing at this path; a fault is reverted at " + PATH + "/{id}" + RECOVER);
            return;
        }
        String id = rest.substring(0, rest.length() - RECOVER.length());
        ask(exchange, () -> revert(id), recovery -> {
            switch (recovery.result) {
                case Result.Done _ -> done(exchange, id, "recovered", recovery.of.getFirst());
                case Result.Refused(String why) -> error(exchange, recovery.of.isEmpty() ? 404 : 409, why);
            }
        });
    }

    /// @param of the one fault it is about; none when no active one has that id
    private record Recovery(List<Fault> of, Result result) {}

    private Recovery revert(String id) {
        List<Fault> of = faults.active().stream()
                .filter(a -> a.id().equals(id))
                .map(ActiveFault::fault)
                .toList();
        return new Recovery(of, faults.recover(id, FaultOrder.SOMEBODY));
    }

    private static void done(Exchange exchange, String id, String status, Fault fault) {
        exchange.respond(new JsonBytes(128)
                .ascii("{\"fault_id\":")
                .string(id)
                .ascii(",\"status\":")
                .string(status)
                .ascii(",\"fault_type\":")
                .string(fault.kind())
                .ascii(",\"target\":")
                .string(fault.target().value())
                .ascii("}"));
    }

    private static void error(Exchange exchange, int status, String text) {
        exchange.respond(
                status,
                ResponseHead.JSON,
                new JsonBytes(128).ascii("{\"error\":").string(text).ascii("}").toArray(),
                "");
    }

    private <T> void ask(Exchange exchange, Supplier<T> question, Consumer<T> onAnswer) {
        exchange.ifUnansweredAfter(
                patienceNanos,
                () -> exchange.refuse(Refusal.of(
                        ErrorType.UNAVAILABLE,
                        "The process does not answer within " + patienceNanos / NANOS_PER_SECOND + " s.")));
        loop.post(() -> {
            T answer = question.get();
            exchange.onEventLoop(() -> onAnswer.accept(answer));
        });
    }
}
