package lab.leaks.session_cache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A session cache without an expiry: who logs in stays for ever. */
public final class Leak {
    private static final SessionStore STORE = new SessionStore();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int login = 0; login < 25_000; login++) {
            STORE.open("token-" + login, "user-" + login % 400);
        }
        LeakRun.finish(arguments);
    }
}

final class SessionStore {
    private final ConcurrentHashMap<String, UserSession> sessions = new ConcurrentHashMap<>();

    UserSession open(String token, String user) {
        return sessions.computeIfAbsent(token, absent -> new UserSession(user));
    }

    void logout(String token) {
        // Right, but few users log out, and nothing else removes a session.
        sessions.remove(token);
    }
}

final class UserSession {
    private final String user;
    private final long openedAtMs = System.currentTimeMillis();
    private final List<String> visitedPages = new ArrayList<>();
    private final byte[] preferences = Payload.bytes(900);

    UserSession(String user) {
        this.user = user;
        for (int page = 0; page < 6; page++) {
            visitedPages.add("/live/" + user + "/" + page);
        }
    }

    @Override
    public String toString() {
        return user + " since " + openedAtMs + ", " + preferences.length + " bytes of preferences";
    }
}
