import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Strings, arrays and objects in known numbers, of which test_values.py knows: {@code KnownValues
 * FILE} dumps its live objects and ends.
 */
final class KnownValues {
    static final List<Session> SESSIONS = new ArrayList<>();
    static final List<Object> OBJECTS = new ArrayList<>();

    /** Equal where name and size are; names are strings of their own. */
    static final class Session {
        final String name;
        final int size;
        final Integer number;

        Session(String name, int size) {
            this.name = name;
            this.size = size;
            // Beyond the numbers that are cached.
            this.number = 100_000 + size;
        }
    }

    static final class Point {
        final int x = 1;
        final double y = 2.5;
    }

    static final class Constant {
        final long[] values = new long[50];
    }

    static final class Copy {
        final byte[] bytes = new byte[1000];
    }

    static final class Sparse {
        final Point[] points = new Point[100];
    }

    private KnownValues() {}

    public static void main(String[] arguments) throws Exception {
        fill();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpHeap(arguments[0], true);
        // So that they are alive until here, whatever the compiler thinks.
        System.out.println(SESSIONS.size() + OBJECTS.size());
    }

    private static void fill() {
        for (int at = 0; at < 40; at++) {
            SESSIONS.add(new Session(anew("known caf\u00e9"), at % 4));
        }
        for (int at = 0; at < 30; at++) {
            SESSIONS.add(new Session(anew("known \u5df2\u77e5"), 7));
        }
        SESSIONS.add(new Session(null, -1));
        for (int at = 0; at < 20; at++) {
            OBJECTS.add(new Point());
        }
        for (int at = 0; at < 5; at++) {
            Constant constant = new Constant();
            java.util.Arrays.fill(constant.values, -1);
            OBJECTS.add(constant);
        }
        for (int at = 0; at < 10; at++) {
            Copy copy = new Copy();
            for (int place = 0; place < copy.bytes.length; place++) {
                copy.bytes[place] = (byte) (place % 7 - 3);
            }
            OBJECTS.add(copy);
        }
        for (int at = 0; at < 3; at++) {
            Sparse sparse = new Sparse();
            for (int place = 0; place < 50; place++) {
                sparse.points[place] = (Point) OBJECTS.get(0);
            }
            OBJECTS.add(sparse);
        }
        OBJECTS.add(new StringBuilder(1000).append("ten chars!"));
        OBJECTS.add(new StringBuilder(1000).append("\u4e2d"));
    }

    /** A string with an array of its own. */
    private static String anew(String text) {
        return new String(text.toCharArray());
    }
}
