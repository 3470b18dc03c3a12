package lab.leaks.delete_on_exit;

import java.io.File;
import java.io.IOException;
import lab.leaks.LeakRun;

/** Uploads that are deleted at once, and marked for deletion at the end of the JVM besides. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        UploadService service = new UploadService();
        for (int upload = 0; upload < 40_000; upload++) {
            service.receive("upload-" + upload + "-5f1d0a77-91c2-4c8e-8f0e.part");
        }
        LeakRun.finish(arguments);
    }
}

final class UploadService {
    private final File folder = new File(System.getProperty("java.io.tmpdir"), "uploads");
    private int received;

    void receive(String name) {
        File part = new File(folder, name);
        // The leak: the JVM keeps the path until it ends, though the file is gone in a second.
        part.deleteOnExit();
        received++;
        part.delete();
    }
}
