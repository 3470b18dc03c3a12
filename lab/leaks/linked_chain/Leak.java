package lab.leaks.linked_chain;

import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A history in which each revision keeps the one before it. */
public final class Leak {
    private static final DeviceHistory HISTORY = new DeviceHistory();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int revision = 0; revision < 60_000; revision++) {
            HISTORY.save("position " + revision);
        }
        LeakRun.finish(arguments);
    }
}

final class DeviceHistory {
    private Revision latest;

    void save(String text) {
        latest = new Revision(latest, text);
    }
}

final class Revision {
    private final Revision previous;
    private final String text;
    private final int[] changedPixels = Payload.ints(128);

    Revision(Revision previous, String text) {
        this.previous = previous;
        this.text = text;
        this.changedPixels[0] = text.length();
    }

    @Override
    public String toString() {
        return text + (previous == null ? "" : " after " + previous.text);
    }
}
