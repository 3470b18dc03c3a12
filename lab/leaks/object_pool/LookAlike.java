package lab.leaks.object_pool;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A pool of encoders, all of them idle: it holds as many as were ever needed at once. */
public final class LookAlike {
    private static final EncoderPool POOL = new EncoderPool(24);

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int round = 0; round < 50; round++) {
            Deque<Encoder> inUse = new ArrayDeque<>();
            for (int stream = 0; stream < 24; stream++) {
                inUse.add(POOL.borrow());
            }
            inUse.forEach(POOL::giveBack);
        }
        LeakRun.finish(arguments);
    }
}

final class EncoderPool {
    private final Deque<Encoder> idle = new ArrayDeque<>();
    private final int maxIdle;
    private int created;

    EncoderPool(int maxIdle) {
        this.maxIdle = maxIdle;
    }

    Encoder borrow() {
        Encoder encoder = idle.poll();
        return encoder == null ? new Encoder(++created) : encoder;
    }

    void giveBack(Encoder encoder) {
        if (idle.size() < maxIdle) {
            idle.push(encoder);
        }
    }
}

final class Encoder {
    private final int number;
    private final byte[] reference = Payload.bytes(256 * 1024);

    Encoder(int number) {
        this.number = number;
    }

    @Override
    public String toString() {
        return "encoder " + number + ", " + reference.length + " bytes";
    }
}
