package lab.leaks.selector_per_device;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;

/** A selector and a socket for each device that ever called; none of them is closed. */
public final class Leak {
    private static final DeviceGateway GATEWAY = new DeviceGateway();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int device = 0; device < 120; device++) {
            GATEWAY.connect("device-" + device);
        }
        LeakRun.finish(arguments);
    }
}

final class DeviceGateway {
    private final Map<String, DeviceLink> links = new HashMap<>();

    void connect(String device) throws IOException {
        links.put(device, new DeviceLink());
    }

    void disconnect(String device) {
        // The leak: out of the map is not closed, and who does not call stays in it anyway.
        links.remove(device);
    }
}

final class DeviceLink {
    private final Selector selector = Selector.open();
    private final DatagramChannel channel = DatagramChannel.open();

    DeviceLink() throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }
}
