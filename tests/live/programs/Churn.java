import java.util.ArrayList;
import java.util.List;

/**
 * Makes garbage, keeps some, burns CPU, as its standard input says; each line is a command.
 *
 * <p>{@code rate MB KEPT}: from now on allocates so much a second, of which one in KEPT stays (0:
 * none). {@code burn NAME}: a thread of that name that never rests. {@code rest
 * MILLISECONDS}: until it answers. {@code collect}, {@code halt}.
 */
public class Churn {
    static final int CHUNK_BYTES = 16 * 1024;
    static final int CHUNKS_OF_A_MEGABYTE = 1024 * 1024 / CHUNK_BYTES;

    static final List<byte[]> kept = new ArrayList<>();
    static volatile int megabytesPerSecond;
    static volatile int oneKeptOf;
    static volatile Object sink;

    public static void main(String[] arguments) throws Exception {
        start("churn-rate", Churn::allocateAtRate);
        System.out.println("READY");
        java.util.Scanner lines = new java.util.Scanner(System.in);
        while (lines.hasNextLine()) {
            String[] words = lines.nextLine().split(" ");
            switch (words[0]) {
                case "rate":
                    oneKeptOf = Integer.parseInt(words[2]);
                    megabytesPerSecond = Integer.parseInt(words[1]);
                    break;
                case "burn":
                    start(words[1], Churn::burn);
                    break;
                case "rest":
                    Thread.sleep(Integer.parseInt(words[1]));
                    break;
                case "collect":
                    System.gc();
                    break;
                case "halt":
                    Runtime.getRuntime().halt(0);
                    break;
                default:
                    throw new IllegalArgumentException(words[0]);
            }
            System.out.println("DONE");
        }
    }

    /** In steps of ten milliseconds, so that no second has much more than its share. */
    private static void allocateAtRate() {
        long next = System.nanoTime();
        int count = 0;
        while (true) {
            for (int chunk = 0; chunk < megabytesPerSecond * CHUNKS_OF_A_MEGABYTE / 100; chunk++) {
                byte[] fresh = new byte[CHUNK_BYTES];
                sink = fresh;
                if (oneKeptOf > 0 && count++ % oneKeptOf == 0) {
                    kept.add(fresh);
                }
            }
            next += 10_000_000;
            java.util.concurrent.locks.LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private static void burn() {
        long value = 0;
        while (true) {
            value = value * 31 + 7;
            sink = value == 0 ? sink : null;
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
