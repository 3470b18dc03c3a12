package lab.leaks.idle_jvm;

import java.io.IOException;
import lab.leaks.LeakRun;

/** A JVM that does nothing at all. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        LeakRun.finish(arguments);
    }
}
