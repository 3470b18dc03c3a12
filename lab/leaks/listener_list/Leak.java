package lab.leaks.listener_list;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Windows that subscribe when they open and forget to unsubscribe when they close. */
public final class Leak {
    private static final AlarmBus BUS = new AlarmBus();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int window = 0; window < 4_000; window++) {
            new AlarmWindow(BUS).close();
        }
        LeakRun.finish(arguments);
    }
}

interface AlarmListener {
    void onAlarm(String text);
}

final class AlarmBus {
    private final List<AlarmListener> listeners = new ArrayList<>();

    void subscribe(AlarmListener listener) {
        listeners.add(listener);
    }

    void unsubscribe(AlarmListener listener) {
        listeners.remove(listener);
    }
}

final class AlarmWindow implements AlarmListener {
    private final byte[] thumbnail = Payload.bytes(8 * 1024);
    private boolean open = true;
    private String lastAlarm = "";

    AlarmWindow(AlarmBus bus) {
        bus.subscribe(this);
    }

    void close() {
        // The leak: the bus is not told.
        open = false;
    }

    @Override
    public void onAlarm(String text) {
        if (open) {
            lastAlarm = text + lastAlarm.length() + thumbnail.length;
        }
    }
}
