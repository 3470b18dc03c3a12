import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * A heap with one of everything, for tests that compare Seamew with the JVM's own figures.
 *
 * <p>Prints {@code READY}, then obeys the commands on its standard input, one a line:
 * {@code dump FILE} (live objects), {@code dumpall FILE}, {@code histogram FILE}, {@code quit}; {@code
 * pair HISTOGRAM DUMP} (live objects) and {@code pairall HISTOGRAM DUMP} take both at once, with
 * as little between them as can be. Each answers one line ({@code DUMPED}, {@code WRITTEN}, {@code
 * PAIRED}), or {@code FAILED} with the reason. File names hold no spaces.
 *
 * <p>Usage: {@code HeapZoo [--virtual-threads N]} (the option needs JDK 21 or later).
 */
public final class HeapZoo {
    private static final Cages CAGES = new Cages();
    private static final ObjectName DIAGNOSTIC_COMMAND = diagnosticCommandName();

    /** The last histogram of a pair: held until the next one, so that each pair sees one such text. */
    private static String lastHistogram = "none yet";

    private HeapZoo() {}

    public static void main(String[] arguments) throws Exception {
        CAGES.fill();
        BlockedThreads.startAll();
        if (arguments.length == 2 && arguments[0].equals("--virtual-threads")) {
            startVirtualThreads(Integer.parseInt(arguments[1]));
        }
        warmUp();
        System.out.println("READY");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null && !line.equals("quit"); line = input.readLine()) {
            System.out.println(answer(line));
        }
        System.exit(0);
    }

    private static String answer(String line) {
        int space = line.indexOf(' ');
        String command = space < 0 ? line : line.substring(0, space);
        String file = line.substring(space + 1);
        try {
            switch (command) {
                case "dump":
                    dump(file, true);
                    return "DUMPED";
                case "dumpall":
                    dump(file, false);
                    return "DUMPED";
                case "histogram":
                    write(file, histogram(true));
                    return "WRITTEN";
                case "pair":
                    pair(file, true);
                    return "PAIRED";
                case "pairall":
                    pair(file, false);
                    return "PAIRED";
                default:
                    return "FAILED unknown command " + command;
            }
        } catch (Exception failure) {
            return "FAILED " + failure;
        }
    }

    private static void dump(String file, boolean live) throws Exception {
        new File(file).delete();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file, live);
    }

    /** A histogram, then at once a dump; the histogram is written to its file after both. */
    static void pair(String files, boolean live) throws Exception {
        int space = files.indexOf(' ');
        String histogramFile = files.substring(0, space);
        String dumpFile = files.substring(space + 1);
        new File(dumpFile).delete();
        HotSpotDiagnosticMXBean dumper = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        lastHistogram = histogram(live);
        dumper.dumpHeap(dumpFile, live);
        write(histogramFile, lastHistogram);
    }

    private static String histogram(boolean live) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        String[] options = live ? new String[0] : new String[] {"-all"};
        String[] types = {String[].class.getName()};
        return (String) server.invoke(DIAGNOSTIC_COMMAND, "gcClassHistogram", new Object[] {options}, types);
    }

    private static void write(String file, String text) throws Exception {
        Files.write(Paths.get(file), text.getBytes(StandardCharsets.UTF_8));
    }

    /** Loads what the commands need, so that a dump and a histogram differ by a handful of objects only. */
    private static void warmUp() throws Exception {
        File scratch = File.createTempFile("heap-zoo", ".hprof");
        for (int round = 0; round < 2; round++) {
            write(scratch.getPath(), histogram(true));
            dump(scratch.getPath(), true);
            pair(scratch.getPath() + ".txt " + scratch.getPath(), true);
        }
        scratch.delete();
        new File(scratch.getPath() + ".txt").delete();
    }

    private static ObjectName diagnosticCommandName() {
        try {
            return new ObjectName("com.sun.management:type=DiagnosticCommand");
        } catch (javax.management.MalformedObjectNameException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** {@code Thread.startVirtualThread}, reached by reflection: this file compiles for Java 8. */
    private static void startVirtualThreads(int count) throws Exception {
        Method start;
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException older) {
            throw new IllegalArgumentException("--virtual-threads needs JDK 21 or later", older);
        }
        CountDownLatch parked = new CountDownLatch(count);
        List<Object> threads = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            threads.add(start.invoke(null, new VirtualGuest(number, parked)));
        }
        CAGES.virtualThreads = threads;
        parked.await();
    }

    /** Parks for ever with one local that only its stack holds, and a stack as deep as its number. */
    private static final class VirtualGuest implements Runnable {
        private final int number;
        private final CountDownLatch parked;

        VirtualGuest(int number, CountDownLatch parked) {
            this.number = number;
            this.parked = parked;
        }

        @Override
        public void run() {
            VirtualLuggage luggage = new VirtualLuggage(number);
            descend(number);
            luggage.content[0]++;
        }

        /** Stack chunks of virtual threads are as big as the stack that they hold. */
        private void descend(int depth) {
            if (depth > 0) {
                descend(depth - 1);
                return;
            }
            parked.countDown();
            while (number >= 0) {
                LockSupport.park();
            }
        }
    }

    static final class VirtualLuggage {
        final int number;
        final byte[] content = new byte[256];

        VirtualLuggage(int number) {
            this.number = number;
        }
    }
}
