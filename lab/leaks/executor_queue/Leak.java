package lab.leaks.executor_queue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Jobs come faster than one worker can do them, and the queue has no bound. */
public final class Leak {
    private static final ThumbnailService SERVICE = new ThumbnailService();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int frame = 0; frame < 30_000; frame++) {
            SERVICE.submit(new ThumbnailJob(frame));
        }
        LeakRun.finish(arguments);
    }
}

final class ThumbnailService {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    void submit(ThumbnailJob job) {
        executor.execute(job);
    }
}

final class ThumbnailJob implements Runnable {
    private static final CountDownLatch STORAGE_ANSWERED = new CountDownLatch(1);

    private final int frame;
    private final byte[] pixels = Payload.bytes(1024);

    ThumbnailJob(int frame) {
        this.frame = frame;
    }

    @Override
    public void run() {
        try {
            // The storage hangs without a timeout, so the first job blocks all that follow.
            STORAGE_ANSWERED.await();
            pixels[0] = (byte) frame;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
