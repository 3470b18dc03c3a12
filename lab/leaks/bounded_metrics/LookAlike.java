package lab.leaks.bounded_metrics;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Request counters by route and status: as many as there are routes and statuses. */
public final class LookAlike {
    private static final MetricRegistry METRICS = new MetricRegistry();

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        int[] statuses = {200, 304, 400, 404, 500};
        for (int request = 0; request < 100_000; request++) {
            METRICS.count("/api/route-" + request % 40, statuses[request / 40 % 5]);
        }
        LeakRun.finish(arguments);
    }
}

final class MetricRegistry {
    private final Map<String, RequestCounter> counters = new ConcurrentHashMap<>();

    void count(String route, int status) {
        counters.computeIfAbsent(route + " " + status, RequestCounter::new).requests.increment();
    }
}

final class RequestCounter {
    final LongAdder requests = new LongAdder();
    private final String name;
    private final long[] histogram = Payload.longs(120);

    RequestCounter(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name + ": " + requests + " in " + histogram.length + " buckets";
    }
}
