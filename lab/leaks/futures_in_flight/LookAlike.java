package lab.leaks.futures_in_flight;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Calls on their way: forty are pending, thousands have been answered. */
public final class LookAlike {
    private static final StorageClient CLIENT = new StorageClient();

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int call = 0; call < 5_000; call++) {
            CLIENT.read("block-" + call).thenAccept(CLIENT::count);
            if (call >= 40) {
                CLIENT.answered("block-" + (call - 40), Payload.bytes(512));
            }
        }
        LeakRun.finish(arguments);
    }
}

final class StorageClient {
    private final Map<String, CompletableFuture<byte[]>> pending = new ConcurrentHashMap<>();
    private long bytes;

    CompletableFuture<byte[]> read(String block) {
        return pending.computeIfAbsent(block, absent -> new CompletableFuture<>());
    }

    void answered(String block, byte[] content) {
        CompletableFuture<byte[]> answer = pending.remove(block);
        if (answer != null) {
            answer.complete(content);
        }
    }

    void count(byte[] content) {
        bytes += content.length;
    }
}
