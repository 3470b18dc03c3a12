package lab.leaks.live_sessions;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Sessions of the last half hour, and the sweeper that sees to it. */
public final class LookAlike {
    private static final SessionRegistry REGISTRY = new SessionRegistry();

    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        long nowMs = System.currentTimeMillis();
        for (int second = 7_200; second > 0; second--) {
            REGISTRY.open("session-" + second, nowMs - second * 1_000L);
        }
        REGISTRY.startSweeper();
        REGISTRY.firstSweep.await();
        LeakRun.finish(arguments);
    }
}

final class SessionRegistry {
    private static final long TIME_TO_LIVE_MS = 1_800_000L;

    final CountDownLatch firstSweep = new CountDownLatch(1);
    private final Map<String, WebSession> sessions = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor();

    void open(String id, long nowMs) {
        sessions.put(id, new WebSession(id, nowMs));
    }

    void startSweeper() {
        sweeper.scheduleAtFixedRate(this::sweep, 0, 30, TimeUnit.SECONDS);
    }

    private void sweep() {
        long oldestMs = System.currentTimeMillis() - TIME_TO_LIVE_MS;
        sessions.values().removeIf(session -> session.lastAccessMs < oldestMs);
        firstSweep.countDown();
    }
}

final class WebSession {
    final long lastAccessMs;
    private final String id;
    private final byte[] attributes = Payload.bytes(4 * 1024);

    WebSession(String id, long lastAccessMs) {
        this.id = id;
        this.lastAccessMs = lastAccessMs;
    }

    @Override
    public String toString() {
        return id + ", " + attributes.length + " bytes";
    }
}
