package lab.leaks.finalizer_backlog;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Images with a finalizer that waits for a lock: all others wait behind the first. */
public final class Leak {
    private static final int IMAGES = 8_000;

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int image = 0; image < IMAGES; image++) {
            new LegacyImage(image).show();
        }
        System.gc();
        while (ManagementFactory.getMemoryMXBean().getObjectPendingFinalizationCount() < IMAGES - 2) {
            Thread.yield();
        }
        LeakRun.finish(arguments);
    }
}

final class LegacyImage {
    private static final CountDownLatch LIBRARY_FREE = new CountDownLatch(1);

    private final byte[] pixels = Payload.bytes(1024);
    private final int handle;
    private boolean shown;

    LegacyImage(int handle) {
        this.handle = handle;
    }

    void show() {
        shown = true;
    }

    // The leak: one thread runs all finalizers of the JVM, and here it waits.
    @Override
    @SuppressWarnings({"deprecation", "removal"})
    protected void finalize() throws Throwable {
        LIBRARY_FREE.await();
        super.finalize();
    }

    @Override
    public String toString() {
        return "image " + handle + (shown ? " shown" : "") + ", " + pixels.length + " bytes";
    }
}
