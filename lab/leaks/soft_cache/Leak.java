package lab.leaks.soft_cache;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A cache of soft references, which the JVM empties only when nothing else helps. */
public final class Leak {
    private static final TileCache CACHE = new TileCache();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int tile = 0; tile < 700; tile++) {
            CACHE.tile("zoom-12/" + tile);
        }
        LeakRun.finish(arguments);
    }
}

final class TileCache {
    // The leak: no bound. "The JVM will clear it" comes true just before the OutOfMemoryError.
    private final Map<String, SoftReference<MapTile>> tiles = new HashMap<>();

    MapTile tile(String key) {
        SoftReference<MapTile> reference = tiles.get(key);
        MapTile tile = reference == null ? null : reference.get();
        if (tile == null) {
            tile = new MapTile(key);
            tiles.put(key, new SoftReference<>(tile));
        }
        return tile;
    }
}

final class MapTile {
    private final String key;
    private final int[] pixels = Payload.ints(64 * 64);

    MapTile(String key) {
        this.key = key;
    }

    @Override
    public String toString() {
        return key + ", " + pixels.length + " pixels";
    }
}
