package lab.leaks.timer_per_call;

import java.io.IOException;
import java.util.Timer;
import java.util.TimerTask;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** One {@link Timer}, and so one thread, for each call; none is ever cancelled. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        PlayService service = new PlayService();
        for (int call = 0; call < 300; call++) {
            service.play(new PlayCall("call-" + call));
        }
        LeakRun.finish(arguments);
    }
}

final class PlayService {
    private static final long TIMEOUT_MS = 3_600_000L;

    void play(PlayCall call) {
        // The leak: the timer's thread outlives the call, and no one can cancel a timer no one keeps.
        Timer timer = new Timer("play-timeout-" + call.id, true);
        timer.schedule(new PlayTimeout(call), TIMEOUT_MS);
    }
}

final class PlayTimeout extends TimerTask {
    private final PlayCall call;

    PlayTimeout(PlayCall call) {
        this.call = call;
    }

    @Override
    public void run() {
        call.open = false;
    }
}

final class PlayCall {
    final String id;
    final byte[] firstFrame = Payload.bytes(96 * 1024);
    boolean open = true;

    PlayCall(String id) {
        this.id = id;
    }
}
