package lab.leaks.dead_sweeper;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Tokens that live fifteen minutes, and a sweeper thread that died a month ago. */
public final class Leak {
    private static final TokenStore STORE = new TokenStore();

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        Thread sweeper = new Thread(new TokenSweeper(STORE), "token-sweeper");
        sweeper.setUncaughtExceptionHandler((thread, logged) -> STORE.sweeperFailed = true);
        sweeper.start();
        sweeper.join();
        Instant monthAgo = Instant.now().minus(Duration.ofDays(30));
        for (int login = 0; login < 20_000; login++) {
            STORE.issue("user-" + login % 300, monthAgo.plus(Duration.ofMinutes(2L * login)));
        }
        LeakRun.finish(arguments);
    }
}

final class TokenStore {
    final long timeToLiveMs = 900_000L;
    final Map<String, AccessToken> tokens = new ConcurrentHashMap<>();
    boolean sweeperFailed;

    void issue(String user, Instant now) {
        AccessToken token = new AccessToken(user, now, now.plusMillis(timeToLiveMs));
        tokens.put(token.secret, token);
    }

    AccessToken find(String secret, Instant now) {
        // An expired token is refused, but it is not removed here either.
        AccessToken token = tokens.get(secret);
        return token == null || token.expiresAt.isBefore(now) ? null : token;
    }
}

final class TokenSweeper implements Runnable {
    private final TokenStore store;

    TokenSweeper(TokenStore store) {
        this.store = store;
    }

    @Override
    public void run() {
        // The leak: the first run meets an empty store, the exception ends the thread.
        AccessToken first = store.tokens.values().iterator().next();
        store.tokens.values().removeIf(token -> token.expiresAt.isBefore(first.expiresAt));
    }
}

final class AccessToken {
    private static int issued;

    final String secret;
    final Instant expiresAt;
    private final Instant issuedAt;
    private final String user;
    private final byte[] claims = Payload.bytes(160);

    AccessToken(String user, Instant issuedAt, Instant expiresAt) {
        this.secret = "opaque-" + ++issued;
        this.user = user;
        this.issuedAt = issuedAt;
        this.expiresAt = expiresAt;
    }

    @Override
    public String toString() {
        return user + " since " + issuedAt + ", " + claims.length + " bytes";
    }
}
