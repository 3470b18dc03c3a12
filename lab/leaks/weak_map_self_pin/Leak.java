package lab.leaks.weak_map_self_pin;

import java.io.IOException;
import java.util.Map;
import java.util.WeakHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A weak map whose values refer to their own keys, so that no key ever becomes weak. */
public final class Leak {
    private static final ConnectionViews VIEWS = new ConnectionViews();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 9_000; number++) {
            VIEWS.viewOf(new ClientConnection("10.0.0." + number));
        }
        LeakRun.finish(arguments);
    }
}

final class ConnectionViews {
    private final Map<ClientConnection, ConnectionView> views = new WeakHashMap<>();

    ConnectionView viewOf(ClientConnection connection) {
        return views.computeIfAbsent(connection, ConnectionView::new);
    }
}

final class ConnectionView {
    // The leak: map -> value -> key. The weak reference to the key is not the only one.
    private final ClientConnection connection;
    private final char[] rendered = Payload.chars(300);

    ConnectionView(ClientConnection connection) {
        this.connection = connection;
    }

    @Override
    public String toString() {
        return connection + " in " + rendered.length + " characters";
    }
}

final class ClientConnection {
    private final String address;
    private final byte[] sendBuffer = Payload.bytes(512);

    ClientConnection(String address) {
        this.address = address;
    }

    @Override
    public String toString() {
        return address + ", buffer of " + sendBuffer.length;
    }
}
