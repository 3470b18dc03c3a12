package lab.leaks;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What every program does at its end: dump itself, or wait to be looked at. */
public final class LeakRun {
    private LeakRun() {}

    /**
     * Ends the program. With {@code --dump FILE} the live heap is written there first; without it the
     * program prints {@code READY <pid>} and waits until its standard input closes.
     */
    public static void finish(String[] arguments) throws IOException {
        if (arguments.length == 2 && arguments[0].equals("--dump")) {
            new File(arguments[1]).delete();
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[1], true);
        } else {
            System.out.println("READY " + ManagementFactory.getRuntimeMXBean().getName().split("@")[0]);
            while (System.in.read() >= 0) {
                continue;
            }
        }
        System.exit(0);
    }
}
