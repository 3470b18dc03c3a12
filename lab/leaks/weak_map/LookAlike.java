package lab.leaks.weak_map;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.WeakHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Statistics beside connections, in a weak map: they go when the connection goes. */
public final class LookAlike {
    private static final ConnectionServer SERVER = new ConnectionServer();

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 20_000; number++) {
            SERVER.accept("10.2.0." + number);
        }
        System.gc();
        while (SERVER.known() > SERVER.connected()) {
            Thread.yield();
        }
        LeakRun.finish(arguments);
    }
}

final class ConnectionServer {
    private static final int MOST_CONNECTIONS = 500;

    private final Deque<PeerConnection> open = new ArrayDeque<>();
    private final Map<PeerConnection, PeerStatistics> statistics = new WeakHashMap<>();

    void accept(String peer) {
        if (open.size() == MOST_CONNECTIONS) {
            open.poll();
        }
        PeerConnection connection = new PeerConnection(peer);
        open.add(connection);
        statistics.put(connection, new PeerStatistics());
    }

    int connected() {
        return open.size();
    }

    int known() {
        return statistics.size();
    }
}

final class PeerConnection {
    private final String peer;
    private final byte[] buffer = Payload.bytes(4 * 1024);

    PeerConnection(String peer) {
        this.peer = peer;
    }

    @Override
    public String toString() {
        return peer + ", " + buffer.length + " bytes";
    }
}

final class PeerStatistics {
    private final long[] bytesByMinute = Payload.longs(60);

    @Override
    public String toString() {
        return bytesByMinute.length + " minutes";
    }
}
