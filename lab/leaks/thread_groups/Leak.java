package lab.leaks.thread_groups;

import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A thread group for each job, with a thread that is never started. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        int waiting = 0;
        for (int job = 0; job < 400; job++) {
            waiting += new JobGroup("job-" + job).prepare();
        }
        if (waiting > 0) {
            LeakRun.finish(arguments);
        }
    }
}

final class JobGroup extends ThreadGroup {
    private final byte[] log = Payload.bytes(24 * 1024);

    @SuppressWarnings({"deprecation", "removal"})
    JobGroup(String name) {
        super(name);
        setDaemon(true);
    }

    int prepare() {
        // The leak: a group goes away when its last thread ends, and this one never begins.
        Thread worker = new Thread(this, () -> log[0] = 1, getName() + "-worker");
        return worker.getState() == Thread.State.NEW ? 1 : 0;
    }
}
