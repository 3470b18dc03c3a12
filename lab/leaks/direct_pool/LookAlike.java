package lab.leaks.direct_pool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import lab.leaks.LeakRun;

/** Sixteen direct buffers that are lent and given back. */
public final class LookAlike {
    private static final PacketBuffers BUFFERS = new PacketBuffers(16);

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int packet = 0; packet < 10_000; packet++) {
            ByteBuffer buffer = BUFFERS.borrow();
            buffer.clear();
            buffer.putInt(packet);
            BUFFERS.giveBack(buffer);
        }
        LeakRun.finish(arguments);
    }
}

final class PacketBuffers {
    private final BlockingQueue<ByteBuffer> free;

    PacketBuffers(int count) {
        this.free = new ArrayBlockingQueue<>(count);
        for (int number = 0; number < count; number++) {
            free.add(ByteBuffer.allocateDirect(64 * 1024));
        }
    }

    ByteBuffer borrow() {
        ByteBuffer buffer = free.poll();
        if (buffer == null) {
            throw new IllegalStateException("all buffers are in use");
        }
        return buffer;
    }

    void giveBack(ByteBuffer buffer) {
        free.add(buffer);
    }
}
