package lab.leaks.spread_owners;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A page cache in each of 1,000 sessions: no place holds much, all of them together do. */
public final class Leak {
    private static final int REGIONS = 20;

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        CountDownLatch ready = new CountDownLatch(REGIONS);
        for (int region = 0; region < REGIONS; region++) {
            Thread thread = new Thread(new RegionWorker(region, ready), "region-" + region);
            thread.setDaemon(true);
            thread.start();
        }
        ready.await();
        LeakRun.finish(arguments);
    }
}

final class RegionWorker implements Runnable {
    private final List<WebSession> sessions = new ArrayList<>();
    private final int region;
    private final CountDownLatch ready;
    private final CountDownLatch stopped = new CountDownLatch(1);

    RegionWorker(int region, CountDownLatch ready) {
        this.region = region;
        this.ready = ready;
    }

    @Override
    public void run() {
        for (int user = 0; user < 50; user++) {
            WebSession session = new WebSession();
            for (int page = 0; page < 30; page++) {
                session.open("/region/" + region + "/user/" + user + "/page/" + page);
            }
            sessions.add(session);
        }
        ready.countDown();
        try {
            stopped.await();
        } catch (InterruptedException ended) {
            sessions.clear();
        }
    }
}

final class WebSession {
    private final Map<String, CachedPage> pageCache = new HashMap<>();

    CachedPage open(String url) {
        // The leak: a cache for each user, though all of them see the same pages; never emptied.
        return pageCache.computeIfAbsent(url, CachedPage::new);
    }
}

final class CachedPage {
    private final String url;
    private final byte[] body = Payload.bytes(320);

    CachedPage(String url) {
        this.url = url;
    }

    @Override
    public String toString() {
        return url + ", " + body.length + " bytes";
    }
}
