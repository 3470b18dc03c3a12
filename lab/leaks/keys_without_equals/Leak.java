package lab.leaks.keys_without_equals;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A cache that never hits: its keys are equal to the eye, not to the map. */
public final class Leak {
    private static final ThumbnailCache CACHE = new ThumbnailCache();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int request = 0; request < 10_000; request++) {
            CACHE.thumbnail("camera-" + request % 25, 160);
        }
        LeakRun.finish(arguments);
    }
}

final class ThumbnailCache {
    private final Map<ThumbnailKey, byte[]> thumbnails = new HashMap<>();

    byte[] thumbnail(String camera, int width) {
        return thumbnails.computeIfAbsent(new ThumbnailKey(camera, width), key -> Payload.bytes(640));
    }
}

/** The leak: no equals and no hashCode, so each key is a key of its own. */
final class ThumbnailKey {
    private final String camera;
    private final int width;

    ThumbnailKey(String camera, int width) {
        this.camera = camera;
        this.width = width;
    }

    @Override
    public String toString() {
        return camera + " at " + width;
    }
}
