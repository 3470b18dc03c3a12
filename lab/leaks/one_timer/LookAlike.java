package lab.leaks.one_timer;

import java.io.IOException;
import java.util.Timer;
import java.util.TimerTask;
import lab.leaks.LeakRun;

/** One timer for all calls, with their timeouts pending. */
public final class LookAlike {
    private static final CallWatch WATCH = new CallWatch();

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int call = 0; call < 1_500; call++) {
            WATCH.watch("call-" + call);
        }
        LeakRun.finish(arguments);
    }
}

final class CallWatch {
    private static final long TIMEOUT_MS = 60_000L;

    private final Timer timer = new Timer("call-watch", true);

    void watch(String callId) {
        timer.schedule(new CallTimeout(callId), TIMEOUT_MS);
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
        return callId + (expired ? " expired" : "");
    }
}
