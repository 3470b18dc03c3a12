package lab.leaks.event_ring;

import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** The last 2,048 events, in a ring. */
public final class LookAlike {
    private static final EventLog LOG = new EventLog(2_048);

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 100_000; number++) {
            LOG.add(new ServiceEvent(number, "device " + number % 300 + " answered"));
        }
        LeakRun.finish(arguments);
    }
}

final class EventLog {
    private final ServiceEvent[] ring;
    private long written;

    EventLog(int capacity) {
        this.ring = new ServiceEvent[capacity];
    }

    void add(ServiceEvent event) {
        ring[(int) (written++ % ring.length)] = event;
    }
}

final class ServiceEvent {
    private final int number;
    private final String text;
    private final StackTraceElement[] where = new Throwable().getStackTrace();
    private final byte[] details = Payload.bytes(1024);

    ServiceEvent(int number, String text) {
        this.number = number;
        this.text = text;
    }

    @Override
    public String toString() {
        return number + " " + text + where.length + details.length;
    }
}
