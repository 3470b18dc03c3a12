package lab.leaks.guava_cache_unbounded;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A Guava cache that was given neither a size nor an expiry. */
public final class Leak {
    private static final ThumbnailService THUMBNAILS = new ThumbnailService();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int image = 0; image < 15_000; image++) {
            THUMBNAILS.of("image-" + image + ".jpg");
        }
        LeakRun.finish(arguments);
    }
}

final class ThumbnailService {
    // The leak: no maximumSize, no expireAfterAccess; a CacheBuilder alone bounds nothing.
    private final LoadingCache<String, Thumbnail> thumbnails =
            CacheBuilder.newBuilder().recordStats().build(CacheLoader.from(Thumbnail::new));

    Thumbnail of(String image) {
        return thumbnails.getUnchecked(image);
    }
}

final class Thumbnail {
    private final String image;
    private final byte[] pixels = Payload.bytes(700);

    Thumbnail(String image) {
        this.image = image;
    }

    @Override
    public String toString() {
        return image + ", " + pixels.length + " bytes";
    }
}
