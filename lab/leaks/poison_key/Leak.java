package lab.leaks.poison_key;

import java.io.IOException;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A sweeper that dies at the same key at every run, so that nothing is swept any more. */
public final class Leak {
    private static final long MINUTE_MS = 60_000L;
    private static final SipSubscribe SUBSCRIBE = new SipSubscribe();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        long startMs = System.currentTimeMillis() - 20 * 60 * MINUTE_MS;
        for (int minute = 0; minute < 1_200; minute++) {
            long nowMs = startMs + minute * MINUTE_MS;
            for (int call = 0; call < 5; call++) {
                SUBSCRIBE.add("call-" + minute + "-" + call, new Date(nowMs));
            }
            if (minute % 5 == 4) {
                runScheduled(nowMs);
            }
        }
        LeakRun.finish(arguments);
    }

    /** As a scheduler does it: an exception ends this run, and the next one starts all the same. */
    private static void runScheduled(long nowMs) {
        try {
            SUBSCRIBE.sweep(new Date(nowMs - 5 * MINUTE_MS));
        } catch (RuntimeException logged) {
            SUBSCRIBE.failedSweeps++;
        }
    }
}

interface SipEvent {
    void response(String result);
}

final class SipSubscribe {
    private final Map<String, SipEvent> okSubscribes = new ConcurrentHashMap<>();
    private final Map<String, Date> okTimeSubscribes = new ConcurrentHashMap<>();
    int failedSweeps;

    void add(String callId, Date added) {
        okSubscribes.put(callId, new PlayAnswer(callId));
        okTimeSubscribes.put(callId, added);
    }

    void sweep(Date oldest) {
        for (String callId : okTimeSubscribes.keySet()) {
            if (okTimeSubscribes.get(callId).before(oldest)) {
                // The leak: the callback throws, so the date below stays, and the next run finds
                // no event for it and fails here again.
                okSubscribes.remove(callId).response(null);
                okTimeSubscribes.remove(callId);
            }
        }
    }
}

final class PlayAnswer implements SipEvent {
    private final String callId;
    private final byte[] offer = Payload.bytes(700);
    private int bytes;

    PlayAnswer(String callId) {
        this.callId = callId;
    }

    @Override
    public void response(String result) {
        bytes = result.length() + offer.length + callId.length();
    }

    @Override
    public String toString() {
        return callId + ", " + bytes + " bytes";
    }
}
