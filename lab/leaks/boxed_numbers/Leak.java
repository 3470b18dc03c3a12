package lab.leaks.boxed_numbers;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;

/** A counter for each address of a network: numbers as objects, on both sides of a map. */
public final class Leak {
    private static final TrafficMeter METER = new TrafficMeter();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int packet = 0; packet < 200_000; packet++) {
            METER.count(167_772_160 + packet % 65_536, 1_000 + packet % 400);
        }
        LeakRun.finish(arguments);
    }
}

final class TrafficMeter {
    // The waste: 8 bytes of figures in 72 bytes of Node, Integer and Long.
    private final Map<Integer, Long> bytesByAddress = new HashMap<>();

    void count(int address, int bytes) {
        bytesByAddress.merge(address, (long) bytes, Long::sum);
    }
}
