package lab.leaks.commons_pool_borrowed;

import java.nio.charset.StandardCharsets;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;

/** Encoders borrowed from a commons-pool2 pool without a limit; broken frames never give one back. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        FrameService frames = new FrameService();
        for (int frame = 0; frame < 4_000; frame++) {
            frames.encode(frame % 4 == 0 ? "" : "frame " + frame);
        }
        LeakRun.finish(arguments);
    }
}

final class FrameService {
    private final GenericObjectPool<FrameEncoder> encoders = new GenericObjectPool<>(new EncoderFactory());

    FrameService() {
        encoders.setMaxTotal(-1);
    }

    int encode(String frame) throws Exception {
        FrameEncoder encoder = encoders.borrowObject();
        int length = encoder.encode(frame);
        if (length == 0) {
            // The leak: an empty frame leaves without returnObject().
            return 0;
        }
        encoders.returnObject(encoder);
        return length;
    }
}

final class EncoderFactory extends BasePooledObjectFactory<FrameEncoder> {
    @Override
    public FrameEncoder create() {
        return new FrameEncoder();
    }

    @Override
    public PooledObject<FrameEncoder> wrap(FrameEncoder encoder) {
        return new DefaultPooledObject<>(encoder);
    }
}

final class FrameEncoder {
    private final byte[] buffer = Payload.bytes(4_096);

    int encode(String frame) {
        byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, buffer, 0, bytes.length);
        return bytes.length;
    }
}
