package lab.leaks.captured_callback;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Small callbacks that keep the large object they were made in. */
public final class Leak {
    private static final EventRouter ROUTER = new EventRouter();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 5_000; number++) {
            new MediaSession("session-" + number).listen(ROUTER);
        }
        LeakRun.finish(arguments);
    }
}

interface EventHandler {
    void handle(String event);
}

final class EventRouter {
    private final Map<String, EventHandler> handlers = new HashMap<>();

    void on(String topic, EventHandler handler) {
        handlers.put(topic, handler);
    }
}

final class MediaSession {
    private final String id;
    private final byte[] ringBuffer = Payload.bytes(6 * 1024);
    private int events;

    MediaSession(String id) {
        this.id = id;
    }

    void listen(EventRouter router) {
        router.on("bye/" + id, new CloseHandler());
        // The lambda uses a field, so it captures the whole session, as the inner class does.
        router.on("info/" + id, event -> events += event.length());
    }

    /** Not static: each instance has a hidden reference to its session. */
    private final class CloseHandler implements EventHandler {
        @Override
        public void handle(String event) {
            events = ringBuffer.length;
        }
    }
}
