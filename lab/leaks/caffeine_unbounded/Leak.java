package lab.leaks.caffeine_unbounded;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import lab.leaks.LeakRun;

/** A Caffeine cache keyed by a search text that users type: no size, no expiry. */
public final class Leak {
    private static final SearchService SEARCH = new SearchService();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int search = 0; search < 20_000; search++) {
            SEARCH.find("camera north " + search);
        }
        LeakRun.finish(arguments);
    }
}

final class SearchService {
    // The leak: Caffeine.newBuilder().build() is a ConcurrentHashMap with statistics, nothing more.
    private final LoadingCache<String, SearchResult> results = Caffeine.newBuilder().build(SearchResult::new);

    SearchResult find(String text) {
        return results.get(text);
    }
}

final class SearchResult {
    private final String text;
    private final List<String> hits;

    SearchResult(String text) {
        this.text = text;
        this.hits = Arrays.asList(text + " / gate", text + " / yard", text + " / pier");
    }

    @Override
    public String toString() {
        return text + ": " + hits;
    }
}
