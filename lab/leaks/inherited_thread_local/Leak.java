package lab.leaks.inherited_thread_local;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Request contexts that pool threads inherit from whoever happened to start them. */
public final class Leak {
    private static final int WORKERS = 16;
    private static final ExecutorService POOL = Executors.newFixedThreadPool(WORKERS);

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        CountDownLatch done = new CountDownLatch(WORKERS);
        for (int request = 0; request < WORKERS; request++) {
            RequestContext.begin("request-" + request);
            // A fixed pool starts a thread for each of its first tasks, and the thread inherits.
            POOL.execute(done::countDown);
            RequestContext.end();
        }
        done.await();
        LeakRun.finish(arguments);
    }
}

final class RequestContext {
    private static final InheritableThreadLocal<RequestContext> CURRENT = new InheritableThreadLocal<>();

    private final String id;
    private final byte[][] attachments = Payload.blocks(12, 64 * 1024);

    private RequestContext(String id) {
        this.id = id;
    }

    static void begin(String id) {
        CURRENT.set(new RequestContext(id));
    }

    static void end() {
        // The leak: removes it from this thread, not from those that inherited it.
        CURRENT.remove();
    }

    @Override
    public String toString() {
        return id + " with " + attachments.length + " attachments";
    }
}
