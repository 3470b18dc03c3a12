package lab.leaks.log_send_buffer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** A log publisher whose server refuses: a send buffer that grew full, and events behind it. */
public final class Leak {
    private static final IndexPublisher PUBLISHER = new IndexPublisher();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 60_000; number++) {
            PUBLISHER.addEvent(new LogRecord(number, "no answer from device " + number % 500));
            if (number % 1_000 == 0 && number < 40_000) {
                PUBLISHER.publish();
            }
        }
        LeakRun.finish(arguments);
    }
}

final class IndexPublisher {
    private final List<LogRecord> events = new ArrayList<>();
    private final IndexWriter writer = new IndexWriter();

    void addEvent(LogRecord event) {
        // The leak: what the writer does not take in time waits here, without a bound.
        events.add(event);
    }

    void publish() {
        for (LogRecord event : events) {
            writer.write(event);
        }
        events.clear();
        writer.send();
    }
}

final class IndexWriter {
    private final int maxQueueSize = 3 * 1024 * 1024;
    private final StringBuilder sendBuffer = new StringBuilder();
    private boolean bufferExceeded;

    void write(LogRecord event) {
        if (sendBuffer.length() > maxQueueSize) {
            bufferExceeded = true;
            return;
        }
        sendBuffer.append("{\"index\":{}}\n{\"message\":\"").append(event).append("\"}\n");
    }

    void send() {
        if (serverAccepts(sendBuffer.toString())) {
            sendBuffer.setLength(0);
            bufferExceeded = false;
        }
    }

    private boolean serverAccepts(String body) {
        return body.isEmpty() && !bufferExceeded;
    }
}

final class LogRecord {
    private final int number;
    private final String message;
    private final String thread = Thread.currentThread().getName();

    LogRecord(int number, String message) {
        this.number = number;
        this.message = message;
    }

    @Override
    public String toString() {
        // The text of a radar alarm is Chinese, so each character takes two bytes.
        return number + " 告警 " + message + " in " + thread;
    }
}
