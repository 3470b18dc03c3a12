package lab.leaks.thread_explosion;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A cached pool and a database that answers no more: a thread for each request. */
public final class Leak {
    private static final int REQUESTS = 300;
    private static final QueryService SERVICE = new QueryService(REQUESTS);

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        for (int request = 0; request < REQUESTS; request++) {
            SERVICE.query("select " + request);
        }
        SERVICE.allWaiting.await();
        LeakRun.finish(arguments);
    }
}

final class QueryService {
    final CountDownLatch allWaiting;
    private final CountDownLatch databaseAnswered = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newCachedThreadPool();

    QueryService(int requests) {
        this.allWaiting = new CountDownLatch(requests);
    }

    void query(String text) {
        // The leak: a cached pool has no queue and no bound; it answers load with threads.
        executor.execute(() -> waitForRows(new QueryJob(text)));
    }

    private void waitForRows(QueryJob job) {
        allWaiting.countDown();
        try {
            databaseAnswered.await();
            job.rows = job.buffer.length;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

final class QueryJob {
    final byte[] buffer = Payload.bytes(16 * 1024);
    private final String text;
    int rows;

    QueryJob(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text + ": " + rows + " rows";
    }
}
