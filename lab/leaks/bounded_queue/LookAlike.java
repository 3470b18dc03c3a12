package lab.leaks.bounded_queue;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A work queue of 5,000 places that is partly full, with a consumer at work. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        Recorder recorder = new Recorder();
        Thread consumer = new Thread(recorder, "recorder");
        consumer.setDaemon(true);
        consumer.start();
        for (int number = 0; number < 2_500; number++) {
            recorder.offer(new Frame(number));
        }
        recorder.atWork.await();
        LeakRun.finish(arguments);
    }
}

final class Recorder implements Runnable {
    final CountDownLatch atWork = new CountDownLatch(1);
    private final BlockingQueue<Frame> waiting = new ArrayBlockingQueue<>(5_000);
    private final CountDownLatch diskReady = new CountDownLatch(1);
    private int dropped;

    void offer(Frame frame) {
        if (!waiting.offer(frame)) {
            dropped++;
        }
    }

    @Override
    public void run() {
        try {
            Frame frame = waiting.take();
            atWork.countDown();
            diskReady.await();
            dropped += frame.pixels.length;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

final class Frame {
    final byte[] pixels = Payload.bytes(3 * 1024);
    private final int number;

    Frame(int number) {
        this.number = number;
    }

    @Override
    public String toString() {
        return "frame " + number;
    }
}
