package lab.leaks.bounded_lru;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A cache of the tiles last asked for, full to its bound and no further. */
public final class LookAlike {
    private static final TileCache CACHE = new TileCache(4_096);

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int request = 0; request < 20_000; request++) {
            CACHE.tile("zoom-14/" + request % 9_000);
        }
        LeakRun.finish(arguments);
    }
}

final class TileCache {
    private final int maxEntries;
    private final Map<String, Tile> tiles;

    TileCache(int maxEntries) {
        this.maxEntries = maxEntries;
        this.tiles = new LruMap(maxEntries);
    }

    Tile tile(String key) {
        return tiles.computeIfAbsent(key, Tile::new);
    }

    @Override
    public String toString() {
        return tiles.size() + " of " + maxEntries;
    }
}

final class LruMap extends LinkedHashMap<String, Tile> {
    private static final long serialVersionUID = 1L;

    private final int maxEntries;

    LruMap(int maxEntries) {
        super(16, 0.75f, true);
        this.maxEntries = maxEntries;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Tile> eldest) {
        return size() > maxEntries;
    }
}

final class Tile {
    private final String key;
    private final byte[] image = Payload.bytes(1800);

    Tile(String key) {
        this.key = key;
    }

    @Override
    public String toString() {
        return key + ", " + image.length + " bytes";
    }
}
