package lab.leaks.local_list;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A list in a local variable of the loop that never ends. */
public final class Leak {
    private static final int READINGS = 60_000;

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        List<RadarReading> readings = new ArrayList<>();
        while (true) {
            // The leak: meant for one sweep of the antenna, but made outside the loop.
            readings.add(new RadarReading(readings.size()));
            if (readings.size() == READINGS) {
                LeakRun.finish(arguments);
            }
        }
    }
}

final class RadarReading {
    private final int number;
    private final double[] echoes = Payload.doubles(16);

    RadarReading(int number) {
        this.number = number;
        this.echoes[0] = number;
    }

    @Override
    public String toString() {
        return "reading " + number + ": " + echoes[0];
    }
}
