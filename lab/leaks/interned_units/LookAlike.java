package lab.leaks.interned_units;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lab.leaks.LeakRun;

/** Readings whose unit is one of few, shared by a small table. */
public final class LookAlike {
    private static final ReadingBuffer BUFFER = new ReadingBuffer(8_000);

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        String[] units = {"m/s", "deg", "dBm", "Hz", "K"};
        for (int reading = 0; reading < 50_000; reading++) {
            BUFFER.add(new String(units[reading % units.length]), reading);
        }
        LeakRun.finish(arguments);
    }
}

final class ReadingBuffer {
    private final Map<String, String> units = new HashMap<>();
    private final List<Reading> latest = new ArrayList<>();
    private final int capacity;
    private int next;

    ReadingBuffer(int capacity) {
        this.capacity = capacity;
    }

    void add(String unit, double value) {
        String shared = units.computeIfAbsent(unit, first -> first);
        Reading reading = new Reading(shared, value);
        if (latest.size() < capacity) {
            latest.add(reading);
        } else {
            latest.set(next, reading);
        }
        next = (next + 1) % capacity;
    }
}

final class Reading {
    private final String unit;
    private final double value;

    Reading(String unit, double value) {
        this.unit = unit;
        this.value = value;
    }

    @Override
    public String toString() {
        return value + " " + unit;
    }
}
