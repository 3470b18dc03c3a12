package lab.leaks.companion_drift;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Alarms in one map, the time they were raised in another; who acknowledges removes from one. */
public final class Leak {
    private static final AlarmBoard BOARD = new AlarmBoard();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int alarm = 0; alarm < 12_000; alarm++) {
            BOARD.raise("alarm-" + alarm, alarm % 64);
            if (alarm % 40 != 0) {
                BOARD.acknowledge("alarm-" + alarm);
            }
        }
        LeakRun.finish(arguments);
    }
}

final class AlarmBoard {
    private final Map<String, Alarm> alarms = new HashMap<>();
    private final Map<String, Long> raisedAtMs = new HashMap<>();

    void raise(String id, int zone) {
        alarms.put(id, new Alarm(id, zone));
        raisedAtMs.put(id, System.currentTimeMillis());
    }

    void acknowledge(String id) {
        // The leak: the board shows what is in raisedAtMs, so the alarm seems to be gone.
        raisedAtMs.remove(id);
    }
}

final class Alarm {
    private final String id;
    private final int zone;
    private final int[] track = Payload.ints(150);

    Alarm(String id, int zone) {
        this.id = id;
        this.zone = zone;
    }

    @Override
    public String toString() {
        return id + " in zone " + zone + ", " + track.length + " points";
    }
}
