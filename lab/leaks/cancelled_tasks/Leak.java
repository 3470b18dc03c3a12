package lab.leaks.cancelled_tasks;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Timeouts that are cancelled in time, and stay in the queue until they would have fired. */
public final class Leak {
    private static final RequestTimeouts TIMEOUTS = new RequestTimeouts();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int request = 0; request < 60_000; request++) {
            ScheduledFuture<?> timeout = TIMEOUTS.watch(new ProxyRequest("request-" + request));
            timeout.cancel(false);
        }
        LeakRun.finish(arguments);
    }
}

final class RequestTimeouts {
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);

    ScheduledFuture<?> watch(ProxyRequest request) {
        // The leak: by default a cancelled task leaves the queue only when its time has come.
        return scheduler.schedule(new RequestTimeout(request), 6, TimeUnit.HOURS);
    }
}

final class RequestTimeout implements Runnable {
    private final ProxyRequest request;

    RequestTimeout(ProxyRequest request) {
        this.request = request;
    }

    @Override
    public void run() {
        request.timedOut = true;
    }
}

final class ProxyRequest {
    private final String id;
    private final byte[] head = Payload.bytes(256);
    boolean timedOut;

    ProxyRequest(String id) {
        this.id = id;
    }

    @Override
    public String toString() {
        return id + ", head of " + head.length + " bytes";
    }
}
