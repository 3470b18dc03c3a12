package lab.leaks.byte_array_list;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A static list of snapshots, kept for a debug page that was never written. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int second = 0; second < 500; second++) {
            SnapshotService.capture(second);
        }
        LeakRun.finish(arguments);
    }
}

final class SnapshotService {
    private static final List<byte[]> SNAPSHOTS = new ArrayList<>();

    private SnapshotService() {}

    static byte[] capture(int second) {
        byte[] image = Payload.bytes(24 * 1024);
        image[0] = (byte) second;
        // The leak: every image since the start, for a page that does not exist.
        SNAPSHOTS.add(image);
        return image;
    }
}
