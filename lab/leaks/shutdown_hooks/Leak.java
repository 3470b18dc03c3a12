package lab.leaks.shutdown_hooks;

import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A shutdown hook for each recording, to close its file if the service is stopped. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int recording = 0; recording < 300; recording++) {
            Recording.start("recording-" + recording).stop();
        }
        LeakRun.finish(arguments);
    }
}

final class Recording {
    private final String name;
    private final byte[] index = Payload.bytes(32 * 1024);
    private boolean open = true;

    private Recording(String name) {
        this.name = name;
    }

    static Recording start(String name) {
        Recording recording = new Recording(name);
        Runtime.getRuntime().addShutdownHook(new CloseHook(recording));
        return recording;
    }

    void stop() {
        // The leak: the hook is not removed, and it refers to this.
        open = false;
    }

    @Override
    public String toString() {
        return name + (open ? " open, " : " closed, ") + index.length + " bytes of index";
    }
}

final class CloseHook extends Thread {
    private final Recording recording;

    CloseHook(Recording recording) {
        this.recording = recording;
    }

    @Override
    public void run() {
        recording.stop();
    }
}
