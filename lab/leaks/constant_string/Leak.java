package lab.leaks.constant_string;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** A list to which the same word is added for ever. */
public final class Leak {
    private static final HealthLog LOG = new HealthLog();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int second = 0; second < 1_500_000; second++) {
            LOG.check();
        }
        LeakRun.finish(arguments);
    }
}

final class HealthLog {
    private final List<String> results = new ArrayList<>();

    void check() {
        // The leak: one reference for each check, though there is only one string.
        results.add("alive");
    }
}
