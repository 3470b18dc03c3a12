package lab.leaks.noop_limit;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A cache with a maximum of 1,024 entries that holds 5,000: the limit is read and never used. */
public final class Leak {
    private static final QueryCache CACHE = new QueryCache(1_024);

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int query = 0; query < 5_000; query++) {
            CACHE.rowsOf("select * from track where id = " + query);
        }
        LeakRun.finish(arguments);
    }
}

final class QueryCache {
    private final int maxEntries;
    private final boolean unlimited = true;
    private final Map<String, QueryRows> entries = new ConcurrentHashMap<>();

    QueryCache(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    QueryRows rowsOf(String query) {
        // The leak: nothing ever sets unlimited to false, so the maximum is for show.
        if (!unlimited && entries.size() >= maxEntries) {
            entries.clear();
        }
        return entries.computeIfAbsent(query, QueryRows::new);
    }
}

final class QueryRows {
    private final String query;
    private final long[] rows = Payload.longs(200);

    QueryRows(String query) {
        this.query = query;
    }

    @Override
    public String toString() {
        return query + ": " + rows.length + " rows";
    }
}
