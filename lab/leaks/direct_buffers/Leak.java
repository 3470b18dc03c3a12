package lab.leaks.direct_buffers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** Frames in direct buffers: tiny on the heap, large outside of it. */
public final class Leak {
    private static final FrameRecorder RECORDER = new FrameRecorder();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int frame = 0; frame < 600; frame++) {
            RECORDER.record(frame);
        }
        LeakRun.finish(arguments);
    }
}

final class FrameRecorder {
    private final List<ByteBuffer> frames = new ArrayList<>();

    void record(int number) {
        ByteBuffer frame = ByteBuffer.allocateDirect(64 * 1024);
        frame.putInt(0, number);
        // The leak: a direct buffer is freed when it is garbage, and in here it never is.
        frames.add(frame);
    }
}
