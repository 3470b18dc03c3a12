package lab.leaks.jedis_pool_idle;

import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPoolConfig;

/** A Jedis pool after a peak: every connection it may have, each of them idle in the pool. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        PresenceStore presence = new PresenceStore(Loopback.redis().port());
        presence.peak();
        for (int user = 0; user < 500; user++) {
            presence.touch("user-" + user);
        }
        LeakRun.finish(arguments);
    }
}

final class PresenceStore {
    private static final int CONNECTIONS = 64;

    private final JedisPool pool;

    PresenceStore(int port) {
        JedisPoolConfig config = new JedisPoolConfig();
        config.setMaxTotal(CONNECTIONS);
        config.setMaxIdle(CONNECTIONS);
        pool = new JedisPool(config, "127.0.0.1", port);
    }

    void touch(String user) {
        try (Jedis jedis = pool.getResource()) {
            jedis.setex("presence:" + user, 60, "online");
        }
    }

    void peak() {
        List<Jedis> borrowed = new ArrayList<>();
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            borrowed.add(pool.getResource());
        }
        borrowed.forEach(Jedis::close);
    }
}
