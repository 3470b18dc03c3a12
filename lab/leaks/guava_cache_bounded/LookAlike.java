package lab.leaks.guava_cache_bounded;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A Guava cache that is full to its maximumSize: most of the heap, and as big as it was meant to be. */
public final class LookAlike {
    private static final TileCache TILES = new TileCache();

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int tile = 0; tile < 40_000; tile++) {
            TILES.put("14/" + tile / 200 + "/" + tile % 200, new MapTile(tile));
        }
        LeakRun.finish(arguments);
    }
}

final class TileCache {
    private final Cache<String, MapTile> tiles =
            CacheBuilder.newBuilder().maximumSize(10_000).expireAfterWrite(6, TimeUnit.HOURS).build();

    void put(String address, MapTile tile) {
        tiles.put(address, tile);
    }
}

final class MapTile {
    private final int number;
    private final byte[] image = Payload.bytes(1_200);

    MapTile(int number) {
        this.number = number;
    }

    @Override
    public String toString() {
        return "tile " + number + ", " + image.length + " bytes";
    }
}
