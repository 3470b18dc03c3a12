package lab.leaks.log_backlog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** A log publisher whose server is away: what cannot be sent is kept, and more arrives. */
public final class Leak {
    private static final LogPublisher PUBLISHER = new LogPublisher();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 90_000; number++) {
            PUBLISHER.append(new LogEvent(number, "no answer from device " + number % 500));
            if (number % 1_000 == 0) {
                PUBLISHER.publish();
            }
        }
        LeakRun.finish(arguments);
    }
}

final class LogPublisher {
    private final List<LogEvent> backlog = new ArrayList<>();
    private int attempts;

    void append(LogEvent event) {
        backlog.add(event);
    }

    void publish() {
        attempts++;
        if (send(backlog)) {
            backlog.clear();
        }
        // The leak: a failed attempt keeps everything, and the backlog has no bound.
    }

    private boolean send(List<LogEvent> events) {
        return events.isEmpty() && attempts > 0;
    }
}

final class LogEvent {
    private final long number;
    private final String message;
    private final StackTraceElement[] where = new Throwable().getStackTrace();

    LogEvent(long number, String message) {
        this.number = number;
        this.message = message;
    }

    @Override
    public String toString() {
        return number + " " + message + " at " + where.length + " frames";
    }
}
