package lab.leaks.idle_cached_pool;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;

/** A cached pool with a handful of idle threads. */
public final class LookAlike {
    private static final ExecutorService POOL = Executors.newCachedThreadPool();

    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        int clients = 8;
        CountDownLatch served = new CountDownLatch(clients);
        for (int client = 0; client < clients; client++) {
            POOL.execute(served::countDown);
        }
        served.await();
        LeakRun.finish(arguments);
    }
}
