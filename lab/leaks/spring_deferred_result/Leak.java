package lab.leaks.spring_deferred_result;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;
import org.springframework.web.context.request.async.DeferredResult;

/** Answers that wait for a device: devices that never answer leave their DeferredResult for ever. */
public final class Leak {
    private static final PlayController CONTROLLER = new PlayController();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int call = 0; call < 12_000; call++) {
            CONTROLLER.play("play-" + call, "channel-" + call % 700);
            if (call % 4 == 0) {
                CONTROLLER.deviceAnswered("play-" + call, "rtsp://stream/" + call);
            }
        }
        LeakRun.finish(arguments);
    }
}

final class PlayController {
    private final Map<String, DeferredResult<PlayAnswer>> waiting = new ConcurrentHashMap<>();

    DeferredResult<PlayAnswer> play(String callId, String channel) {
        DeferredResult<PlayAnswer> result = new DeferredResult<>(10_000L);
        result.onTimeout(() -> result.setErrorResult(new PlayAnswer(channel, "timeout")));
        // The leak: neither the timeout nor the completion removes the entry.
        waiting.put(callId, result);
        return result;
    }

    void deviceAnswered(String callId, String address) {
        waiting.remove(callId).setResult(new PlayAnswer(callId, address));
    }
}

final class PlayAnswer {
    private final String channel;
    private final String address;

    PlayAnswer(String channel, String address) {
        this.channel = channel;
        this.address = address;
    }

    @Override
    public String toString() {
        return channel + " at " + address;
    }
}
