package lab.leaks.scheduled_backlog;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** One scheduler thread that waits for a device; all that was due since then waits behind it. */
public final class Leak {
    private static final DevicePoller POLLER = new DevicePoller();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int device = 0; device < 15_000; device++) {
            POLLER.pollSoon("device-" + device);
        }
        LeakRun.finish(arguments);
    }
}

final class DevicePoller {
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);

    void pollSoon(String device) {
        scheduler.schedule(new DevicePoll(device), 1, TimeUnit.MILLISECONDS);
    }
}

final class DevicePoll implements Runnable {
    private static final CountDownLatch DEVICE_ANSWERED = new CountDownLatch(1);

    private final String device;
    private final byte[] answer = Payload.bytes(512);

    DevicePoll(String device) {
        this.device = device;
    }

    @Override
    public void run() {
        try {
            // The leak: no timeout, so the first device that is silent holds up all the others.
            DEVICE_ANSWERED.await();
            answer[0] = (byte) device.length();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
