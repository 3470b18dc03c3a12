package lab.leaks.reused_buffer;

import java.io.IOException;
import java.util.Random;
import lab.leaks.LeakRun;

/** One large buffer, made at the start and used for every frame. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int frame = 0; frame < 5; frame++) {
            FrameDecoder.decode(frame);
        }
        LeakRun.finish(arguments);
    }
}

final class FrameDecoder {
    private static final byte[] FRAME = new byte[3840 * 2160];

    private FrameDecoder() {}

    static int decode(int number) {
        new Random(number).nextBytes(FRAME);
        return FRAME[number];
    }
}
