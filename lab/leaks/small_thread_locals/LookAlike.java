package lab.leaks.small_thread_locals;

import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;

/** A date format and a small buffer in each thread of a pool. */
public final class LookAlike {
    private static final int WORKERS = 40;
    private static final ExecutorService POOL = Executors.newFixedThreadPool(WORKERS);

    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        CountDownLatch formatted = new CountDownLatch(WORKERS);
        for (int request = 0; request < WORKERS; request++) {
            POOL.execute(() -> {
                AccessLog.line(new Date());
                formatted.countDown();
            });
        }
        formatted.await();
        LeakRun.finish(arguments);
    }
}

final class AccessLog {
    private static final ThreadLocal<SimpleDateFormat> FORMAT =
            ThreadLocal.withInitial(() -> new SimpleDateFormat("HH:mm:ss.SSS", Locale.ROOT));
    private static final ThreadLocal<StringBuilder> LINE =
            ThreadLocal.withInitial(() -> new StringBuilder(1024));

    private AccessLog() {}

    static String line(Date when) {
        StringBuilder line = LINE.get();
        line.setLength(0);
        return line.append(FORMAT.get().format(when)).append(" GET /live").toString();
    }
}
