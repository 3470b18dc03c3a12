package lab.leaks.interned_strings;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import lab.leaks.LeakRun;

/** Request ids, interned and remembered. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int request = 0; request < 90_000; request++) {
            RequestIds.seenBefore("request-7f3a-" + request);
        }
        LeakRun.finish(arguments);
    }
}

final class RequestIds {
    private static final Set<String> SEEN = new HashSet<>();

    private RequestIds() {}

    static boolean seenBefore(String id) {
        // The leak: meant to save memory, but each id comes once.
        return !SEEN.add(id.intern());
    }
}
