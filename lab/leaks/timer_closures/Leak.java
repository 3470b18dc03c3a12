package lab.leaks.timer_closures;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import lab.leaks.LeakRun;

/** A timer for each call. Each has fired long ago; the callback that could cancel it keeps it. */
public final class Leak {
    private static final CallService SERVICE = new CallService();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int call = 0; call < 240; call++) {
            SERVICE.dial("call-" + call);
        }
        LeakRun.finish(arguments);
    }
}

final class CallService {
    private static final long DAY_MS = 86_400_000L;

    private final Map<String, Runnable> answerHandlers = new HashMap<>();
    private final Deque<Runnable> hangUpHandlers = new ArrayDeque<>();

    void dial(String callId) {
        Timer timer = new Timer("call-timeout-" + callId, true);
        TimerTask timeout = new CallTimeout(callId);
        timer.schedule(timeout, DAY_MS);
        // Cancels the task, not the timer: its thread waits for the next task.
        timeout.cancel();
        timer.purge();
        // The leak: two handlers own the timer, and neither leaves its collection.
        answerHandlers.put(callId, timer::cancel);
        hangUpHandlers.add(() -> {
            timer.cancel();
            answerHandlers.remove(callId);
        });
    }
}

final class CallTimeout extends TimerTask {
    private final String callId;
    private boolean expired;

    CallTimeout(String callId) {
        this.callId = callId;
    }

    @Override
    public void run() {
        expired = true;
    }

    @Override
    public String toString() {
        return callId + (expired ? " expired" : " waits");
    }
}
