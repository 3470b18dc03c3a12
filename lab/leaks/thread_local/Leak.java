package lab.leaks.thread_local;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A large thread-local value left behind in the threads of a pool. */
public final class Leak {
    private static final int WORKERS = 12;

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(WORKERS);
        CountDownLatch allBusy = new CountDownLatch(WORKERS);
        CountDownLatch allDone = new CountDownLatch(WORKERS);
        for (int job = 0; job < WORKERS; job++) {
            pool.execute(() -> {
                // Waits for the others, so that each job gets a thread of its own.
                allBusy.countDown();
                awaitQuietly(allBusy);
                ReportService.render();
                allDone.countDown();
            });
        }
        allDone.await();
        LeakRun.finish(arguments);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

final class ReportService {
    private static final ThreadLocal<ReportBuffer> BUFFER = ThreadLocal.withInitial(ReportBuffer::new);

    private ReportService() {}

    static void render() {
        ReportBuffer buffer = BUFFER.get();
        buffer.used = buffer.pages.length;
        // The leak: BUFFER.remove() is missing, and pool threads do not end.
    }
}

final class ReportBuffer {
    final byte[][] pages = Payload.blocks(64, 64 * 1024);
    int used;
}
