package lab.leaks.connection_pool;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A pool of database connections at night: all are open, none is in use. */
public final class LookAlike {
    private static final TrackDataSource SOURCE = new TrackDataSource(20);

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int query = 0; query < 10_000; query++) {
            PooledConnection connection = SOURCE.connection();
            connection.query(query);
            connection.close();
        }
        LeakRun.finish(arguments);
    }
}

final class TrackDataSource {
    private final List<PooledConnection> connections = new CopyOnWriteArrayList<>();

    TrackDataSource(int size) {
        for (int number = 0; number < size; number++) {
            connections.add(new PooledConnection(number));
        }
    }

    PooledConnection connection() {
        for (PooledConnection connection : connections) {
            if (connection.borrow()) {
                return connection;
            }
        }
        throw new IllegalStateException("all connections are in use");
    }
}

final class PooledConnection implements AutoCloseable {
    private static final int IDLE = 0;
    private static final int IN_USE = 1;

    private final byte[] sendBuffer = Payload.bytes(16 * 1024);
    private final byte[] receiveBuffer = Payload.bytes(256 * 1024);
    private final int number;
    private int state = IDLE;
    private long lastUsedMs;

    PooledConnection(int number) {
        this.number = number;
    }

    synchronized boolean borrow() {
        if (state == IN_USE) {
            return false;
        }
        state = IN_USE;
        return true;
    }

    void query(int text) {
        sendBuffer[0] = (byte) text;
        receiveBuffer[0] = (byte) number;
        lastUsedMs = System.currentTimeMillis();
    }

    @Override
    public synchronized void close() {
        state = IDLE;
    }
}
