package lab.leaks.duplicate_arrays;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** A motion mask for each camera, drawn anew, and the same for nearly all of them. */
public final class Leak {
    private static final MotionDetection DETECTION = new MotionDetection();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int camera = 0; camera < 900; camera++) {
            DETECTION.watch(camera % 3);
        }
        LeakRun.finish(arguments);
    }
}

final class MotionDetection {
    private final List<MotionZone> zones = new ArrayList<>();

    void watch(int layout) {
        zones.add(new MotionZone(layout));
    }
}

final class MotionZone {
    // The waste: 900 masks of 9 KB, three different ones.
    private final byte[] mask = new byte[9 * 1024];

    MotionZone(int layout) {
        for (int cell = layout; cell < mask.length; cell += 3) {
            mask[cell] = 1;
        }
    }
}
