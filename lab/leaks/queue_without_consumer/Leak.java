package lab.leaks.queue_without_consumer;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A queue whose consumer is started only where a licence is installed. */
public final class Leak {
    private static final TelemetryHub HUB = new TelemetryHub(false);

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 40_000; number++) {
            HUB.report(new Telegram(number % 256, number));
        }
        LeakRun.finish(arguments);
    }
}

final class TelemetryHub {
    private final BlockingQueue<Telegram> outbox = new LinkedBlockingQueue<>();

    TelemetryHub(boolean licensed) {
        if (licensed) {
            new Thread(this::send, "telemetry-sender").start();
        }
    }

    void report(Telegram telegram) {
        // The leak: filled in any case, emptied only by a thread that was not started.
        outbox.add(telegram);
    }

    private void send() {
        try {
            while (true) {
                outbox.take().sent = true;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

final class Telegram {
    private final int sensor;
    private final int number;
    private final int[] values = Payload.ints(24);
    boolean sent;

    Telegram(int sensor, int number) {
        this.sensor = sensor;
        this.number = number;
    }

    @Override
    public String toString() {
        return sensor + "/" + number + ": " + values.length + " values" + (sent ? ", sent" : "");
    }
}
