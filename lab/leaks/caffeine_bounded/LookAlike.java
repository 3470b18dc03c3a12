package lab.leaks.caffeine_bounded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A Caffeine cache that is full to its maximumWeight. */
public final class LookAlike {
    private static final DocumentCache DOCUMENTS = new DocumentCache();

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int document = 0; document < 30_000; document++) {
            DOCUMENTS.put(new Document("document-" + document, 400 + document % 1_200));
        }
        DOCUMENTS.settle();
        LeakRun.finish(arguments);
    }
}

final class DocumentCache {
    private static final long MAXIMUM_BYTES = 12_000_000;

    private final Cache<String, Document> documents = Caffeine.newBuilder()
            .maximumWeight(MAXIMUM_BYTES)
            .weigher((String name, Document document) -> document.length())
            .expireAfterAccess(Duration.ofMinutes(30))
            .build();

    void put(Document document) {
        documents.put(document.name(), document);
    }

    /** Evicts what is above the bound now; the cache would do it a moment later by itself. */
    void settle() {
        documents.cleanUp();
    }
}

final class Document {
    private final String name;
    private final byte[] content;

    Document(String name, int length) {
        this.name = name;
        this.content = Payload.bytes(length);
    }

    String name() {
        return name;
    }

    int length() {
        return content.length;
    }
}
