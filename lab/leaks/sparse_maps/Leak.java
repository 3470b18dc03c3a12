package lab.leaks.sparse_maps;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lab.leaks.LeakRun;

/** Devices with a roomy map of attributes each, of which two are ever used. */
public final class Leak {
    private static final DeviceDirectory DIRECTORY = new DeviceDirectory();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int device = 0; device < 4_000; device++) {
            DIRECTORY.add(device);
        }
        LeakRun.finish(arguments);
    }
}

final class DeviceDirectory {
    private final List<DeviceEntry> devices = new ArrayList<>();

    void add(int number) {
        DeviceEntry device = new DeviceEntry();
        device.attributes.put("vendor", number % 2 == 0 ? "north" : "south");
        device.attributes.put("model", "R7");
        devices.add(device);
    }
}

final class DeviceEntry {
    // The waste: a table of 512 slots from the first entry on, for two entries.
    final Map<String, String> attributes = new HashMap<>(400);
    final List<String> faults = new ArrayList<>();
}
