package lab.leaks.executor_per_call;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lab.leaks.LeakRun;

/** An executor for each export; none of them is shut down. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        ExportService service = new ExportService();
        for (int export = 0; export < 200; export++) {
            service.export("track-" + export);
        }
        LeakRun.finish(arguments);
    }
}

final class ExportService {
    private int exportedBytes;

    void export(String track) throws Exception {
        // The leak: its thread waits for the next task, and so for ever.
        ExecutorService executor = Executors.newFixedThreadPool(2);
        Future<Integer> bytes = executor.submit(() -> track.length() * 1_024);
        exportedBytes += bytes.get();
    }
}
