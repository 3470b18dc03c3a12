package lab.leaks.lettuce_queue_while_down;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;

/** Commands for a Redis that has gone away: Lettuce keeps them all until it comes back. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        Loopback redis = Loopback.redis();
        PositionPublisher publisher = new PositionPublisher(redis.port());
        publisher.publish("ship-0", 0).get();
        redis.close();
        publisher.awaitDisconnected();
        for (int position = 1; position <= 15_000; position++) {
            publisher.publish("ship-" + position % 200, position);
        }
        LeakRun.finish(arguments);
    }
}

final class PositionPublisher {
    private final StatefulRedisConnection<String, String> connection;

    PositionPublisher(int port) {
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        // The leak: requestQueueSize is unlimited and disconnected commands are queued, both by default.
        client.setOptions(ClientOptions.builder().protocolVersion(ProtocolVersion.RESP2).build());
        connection = client.connect();
    }

    RedisFuture<String> publish(String ship, int position) {
        return connection.async().set("position:" + ship, "{\"position\":" + position + "}");
    }

    void awaitDisconnected() throws InterruptedException {
        while (connection.isOpen()) {
            Thread.sleep(10);
        }
    }
}
