package lab.leaks.sublist_views;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lab.leaks.LeakRun;

/** The first page of each search, as a view that keeps all the other pages alive. */
public final class Leak {
    private static final SearchHistory HISTORY = new SearchHistory();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int user = 0; user < 120; user++) {
            HISTORY.remember("user-" + user, search(user));
        }
        LeakRun.finish(arguments);
    }

    private static List<SearchHit> search(int user) {
        List<SearchHit> hits = new ArrayList<>();
        for (int hit = 0; hit < 1_000; hit++) {
            hits.add(new SearchHit(user * 1_000L + hit));
        }
        return hits;
    }
}

final class SearchHistory {
    private final Map<String, List<SearchHit>> firstPages = new HashMap<>();

    void remember(String user, List<SearchHit> hits) {
        // The leak: subList is a view. It refers to the whole list.
        firstPages.put(user, hits.subList(0, 10));
    }
}

final class SearchHit {
    private final long id;
    private final float score;

    SearchHit(long id) {
        this.id = id;
        this.score = 1f / (1 + id % 1_000);
    }

    @Override
    public String toString() {
        return id + " " + score;
    }
}
