package lab.leaks.pending_futures;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Futures for answers that never come, with everything that should happen afterwards. */
public final class Leak {
    private static final RpcClient CLIENT = new RpcClient();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int call = 0; call < 8_000; call++) {
            RpcContext context = new RpcContext("trace-" + call);
            CLIENT.call("call-" + call)
                    .thenApply(answer -> answer.length() + context.trace.length())
                    .whenComplete((length, failed) -> context.finished = failed == null);
        }
        LeakRun.finish(arguments);
    }
}

final class RpcClient {
    private final Map<String, CompletableFuture<String>> pending = new ConcurrentHashMap<>();

    CompletableFuture<String> call(String id) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        // The leak: only an answer removes it, and there is no timeout.
        pending.put(id, answer);
        return answer;
    }

    void answered(String id, String text) {
        CompletableFuture<String> answer = pending.remove(id);
        if (answer != null) {
            answer.complete(text);
        }
    }
}

final class RpcContext {
    final String trace;
    private final long[] timings = Payload.longs(40);
    boolean finished;

    RpcContext(String trace) {
        this.trace = trace;
    }

    @Override
    public String toString() {
        return trace + ", " + timings.length + " timings" + (finished ? ", finished" : "");
    }
}
