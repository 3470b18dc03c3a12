package lab.leaks.shared_scheduler;

import java.io.IOException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import lab.leaks.LeakRun;

/** One scheduler for the timeouts of all calls, as it should be. */
public final class LookAlike {
    private static final CallTimeouts TIMEOUTS = new CallTimeouts();

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int call = 0; call < 3_000; call++) {
            TIMEOUTS.start("call-" + call);
        }
        LeakRun.finish(arguments);
    }
}

final class CallTimeouts {
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(2);

    CallTimeouts() {
        scheduler.setRemoveOnCancelPolicy(true);
    }

    void start(String callId) {
        scheduler.schedule(new HangUp(callId), 30, TimeUnit.SECONDS);
    }
}

final class HangUp implements Runnable {
    private final String callId;
    private boolean done;

    HangUp(String callId) {
        this.callId = callId;
    }

    @Override
    public void run() {
        done = !callId.isEmpty();
    }

    @Override
    public String toString() {
        return callId + (done ? " hung up" : "");
    }
}
