package lab.leaks.phantom_backlog;

import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.HashSet;
import java.util.Set;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A home-made cleaner whose thread ended: its references queue up and are never taken. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 12_000; number++) {
            new NativePicture(number).draw();
        }
        System.gc();
        LeakRun.finish(arguments);
    }
}

final class NativePicture {
    private boolean drawn;

    NativePicture(int handle) {
        PictureGuard.watch(this, handle);
    }

    void draw() {
        drawn = true;
    }

    @Override
    public String toString() {
        return drawn ? "drawn" : "new";
    }
}

/** Frees what a picture has outside the heap, once the picture is gone. */
final class PictureGuard extends PhantomReference<NativePicture> {
    private static final ReferenceQueue<NativePicture> GONE = new ReferenceQueue<>();
    private static final Set<PictureGuard> GUARDS = new HashSet<>();

    private final int handle;
    private final byte[] description = Payload.bytes(400);

    private PictureGuard(NativePicture picture, int handle) {
        super(picture, GONE);
        this.handle = handle;
    }

    static void watch(NativePicture picture, int handle) {
        GUARDS.add(new PictureGuard(picture, handle));
    }

    /** Meant for a thread of its own. The leak: that thread ended with the first error. */
    static void freeNext() throws InterruptedException {
        PictureGuard guard = (PictureGuard) GONE.remove();
        guard.description[0] = (byte) guard.handle;
        GUARDS.remove(guard);
    }
}
