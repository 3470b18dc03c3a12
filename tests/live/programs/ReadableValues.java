import java.io.File;
import java.io.FileDescriptor;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import com.sun.management.HotSpotDiagnosticMXBean;

/**
 * One object of each class whose value can be read, and what it should read as.
 *
 * <p>Arguments: a file for the texts, one {@code name<TAB>text} a line, and one for the dump. The
 * dump holds a {@link Specimen} for each.
 */
public final class ReadableValues {
    private static final List<Specimen> SPECIMENS = new ArrayList<>();
    private static final int THREADS = 4;

    private ReadableValues() {}

    static final class Specimen {
        final String name;
        final Object value;

        Specimen(String name, Object value) {
            this.name = name;
            this.value = value;
        }
    }

    /** An enum whose constants are of a class below it. */
    enum Shape {
        ROUND {
            @Override
            int corners() {
                return 0;
            }
        };

        abstract int corners();
    }

    static class NamedThread extends Thread {
        NamedThread(String name) {
            super(name);
        }
    }

    public static void main(String[] arguments) throws Exception {
        try (PrintWriter texts = new PrintWriter(arguments[0], "UTF-8");
                Sockets sockets = new Sockets()) {
            sayTexts(texts);
            sayNumbers(texts);
            sayNames(texts);
            sayCode(texts);
            sayTimes(texts);
            sayAddresses(texts);
            sockets.say(texts);
            sayNewer(texts);
            texts.flush();
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpHeap(arguments[1], true);
        }
    }

    private static void say(PrintWriter texts, String name, Object value, Object text) {
        SPECIMENS.add(new Specimen(name, value));
        texts.print(name + "\t" + text + "\n");
    }

    private static void same(PrintWriter texts, String name, Object value) {
        say(texts, name, value, value.toString());
    }

    private static void sayTexts(PrintWriter texts) {
        same(texts, "latin string", new String("caf\u00e9"));
        same(texts, "wide string", new String("\u4e2d\u6587 \ud83d\udc1b"));
        same(texts, "builder", new StringBuilder(100).append("built"));
        same(texts, "wide builder", new StringBuilder("\u20ac 5"));
        same(texts, "buffer", new StringBuffer("buffered"));
        say(texts, "chars", "letters \u20ac".toCharArray(), "letters \u20ac");
        say(texts, "bytes", "bytes".getBytes(StandardCharsets.ISO_8859_1), "bytes");
        say(texts, "long string", repeated("0123456789", 100), repeated("0123456789", 100).substring(0, 256));
    }

    private static String repeated(String text, int times) {
        StringBuilder whole = new StringBuilder();
        for (int time = 0; time < times; time++) {
            whole.append(text);
        }
        return whole.toString();
    }

    private static void sayNumbers(PrintWriter texts) throws Exception {
        same(texts, "integer", Integer.valueOf(-123456));
        same(texts, "long", Long.valueOf(Long.MIN_VALUE));
        same(texts, "short", Short.valueOf((short) -300));
        same(texts, "byte", Byte.valueOf((byte) -1));
        same(texts, "character", Character.valueOf('\u20ac'));
        same(texts, "boolean", Boolean.TRUE);
        float[] floats = {0.1f, 1f, -0f, 1e10f, 123456.7f, 0.001f, Float.NaN};
        for (float number : floats) {
            same(texts, "float " + number, Float.valueOf(number));
        }
        double[] doubles = {
            0.1, 1, 100, 1e7, 9999999, 0.001, 9.99e-4, -1e300, 4.9e-324, Double.NEGATIVE_INFINITY, 12345.678
        };
        for (double number : doubles) {
            same(texts, "double " + number, Double.valueOf(number));
        }
        same(texts, "atomic integer", new AtomicInteger(7));
        same(texts, "atomic long", new AtomicLong(-8L));
        same(texts, "atomic boolean", new AtomicBoolean(true));
        say(texts, "atomic reference", new AtomicReference<>(new StringBuilder("held")), "held");
        same(texts, "long adder", filledAdder());
        DoubleAdder adder = new DoubleAdder();
        adder.add(2.5);
        same(texts, "double adder", adder);
        for (String number : new String[] {"0", "-1", "4294967296", "-123456789012345678901234567890"}) {
            same(texts, "big integer " + number, new BigInteger(number));
        }
        same(texts, "two to the 800", BigInteger.ONE.shiftLeft(800));
        String[] decimals = {
            "0", "12.50", "-0.001", "0.0000001", "1E+5", "-1.23E-12", "123456789012345678901234567890.5", "0.00"
        };
        for (String number : decimals) {
            same(texts, "big decimal " + number, new BigDecimal(number));
        }
    }

    /** Added to by many threads at once, so that it has cells. */
    private static LongAdder filledAdder() throws InterruptedException {
        LongAdder adder = new LongAdder();
        Thread[] threads = new Thread[THREADS];
        for (int number = 0; number < THREADS; number++) {
            threads[number] =
                    new Thread(
                            () -> {
                                for (int time = 0; time < 200_000; time++) {
                                    adder.increment();
                                }
                            });
            threads[number].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return adder;
    }

    private static void sayNames(PrintWriter texts) {
        say(texts, "thread", new NamedThread("worker-7"), "worker-7");
        say(texts, "thread group", new ThreadGroup("workers"), "workers");
        same(texts, "enum", TimeUnit.SECONDS);
        same(texts, "enum with a body", Shape.ROUND);
        say(texts, "exception", new IllegalStateException("too late"), "too late");
        same(texts, "charset", StandardCharsets.UTF_16LE);
        same(texts, "currency", Currency.getInstance("EUR"));
        Locale[] locales = {
            new Locale("de"),
            new Locale("de", "AT"),
            new Locale("", "AT"),
            new Locale("es", "ES", "Traditional_WIN"),
            Locale.forLanguageTag("zh-Hans-CN")
        };
        for (Locale locale : locales) {
            same(texts, "locale " + locale, locale);
        }
        say(texts, "time zone", TimeZone.getTimeZone("UTC"), "UTC");
        same(texts, "uuid", new UUID(0x0123456789abcdefL, 0xfedcba9876543210L));
        same(texts, "small uuid", new UUID(1, 2));
        same(texts, "pattern", Pattern.compile("a+(b|c)"));
        same(texts, "file", new File("/tmp/some/file.txt"));
        same(texts, "path", Paths.get("/tmp/caf\u00e9/x"));
        say(texts, "standard error", FileDescriptor.err, "fd 2");
        say(texts, "no file", new FileDescriptor(), "closed");
        say(texts, "optional", Optional.of(Integer.valueOf(5)), "5");
        say(texts, "empty optional", Optional.empty(), "empty");
        say(texts, "optional int", OptionalInt.of(6), "6");
        say(texts, "empty optional double", OptionalDouble.empty(), "empty");
    }

    private static void sayCode(PrintWriter texts) throws Exception {
        say(texts, "class", String.class, "java.lang.String");
        say(texts, "class of int", int.class, "int");
        say(texts, "class of arrays", String[][].class, "java.lang.String[][]");
        Method method = String.class.getMethod("regionMatches", int.class, String.class, int.class, int.class);
        say(
                texts,
                "method",
                method,
                "java.lang.String.regionMatches(int, java.lang.String, int, int)");
        say(
                texts,
                "method of arrays",
                String.class.getMethod("valueOf", char[].class),
                "java.lang.String.valueOf(char[])");
        say(
                texts,
                "constructor",
                ArrayList.class.getConstructor(int.class),
                "java.util.ArrayList(int)");
        say(texts, "field", Specimen.class.getDeclaredField("name"), "ReadableValues$Specimen.name");
        StackTraceElement[] trace = traceThroughTheLibrary();
        for (int number = 0; number < trace.length; number++) {
            same(texts, "frame " + number, trace[number]);
        }
        URL[] urls = {new URL("file:/a.jar"), new URL("file:/b.jar"), new URL("file:/c/"), new URL("file:/d/")};
        say(
                texts,
                "url class loader",
                new URLClassLoader(urls, null),
                "file:/a.jar, file:/b.jar, file:/c/, +1");
    }

    private static StackTraceElement[] traceThroughTheLibrary() throws Exception {
        Method method = ReadableValues.class.getDeclaredMethod("trace");
        return (StackTraceElement[]) method.invoke(null);
    }

    static StackTraceElement[] trace() {
        return new Throwable().getStackTrace();
    }

    private static void sayTimes(PrintWriter texts) {
        long[] milliseconds = {0, 1, 1_704_112_245_678L, -1, -62_135_769_600_001L, 253_402_300_800_000L};
        for (long moment : milliseconds) {
            say(texts, "date " + moment, new Date(moment), Instant.ofEpochMilli(moment));
        }
        Timestamp stamp = new Timestamp(1_704_112_245_678L);
        stamp.setNanos(123_456_789);
        say(texts, "timestamp", stamp, stamp.toInstant());
        same(texts, "instant", Instant.parse("2024-02-29T23:59:59.120Z"));
        same(texts, "first instant", Instant.MIN);
        same(texts, "last instant", Instant.MAX);
        String[] durations = {"PT0S", "PT8H6M12.345S", "PT-0.5S", "PT-1M-0.5S", "PT48H", "PT-61S", "PT0.000000001S"};
        for (String duration : durations) {
            same(texts, "duration " + duration, Duration.parse(duration));
        }
        same(texts, "shortest duration", Duration.ofSeconds(Long.MIN_VALUE));
        same(texts, "date of a leap year", LocalDate.of(2024, 2, 29));
        same(texts, "date long ago", LocalDate.of(-44, 3, 15));
        same(texts, "date far away", LocalDate.of(12345, 1, 1));
        same(texts, "time", LocalTime.of(7, 5));
        same(texts, "time with nanos", LocalTime.of(7, 5, 0, 1000));
        LocalDateTime moment = LocalDateTime.of(2024, 7, 1, 12, 30, 15);
        same(texts, "date and time", moment);
        same(texts, "offset", ZoneOffset.ofHoursMinutes(-3, -30));
        same(texts, "zone", ZoneId.of("Europe/Berlin"));
        same(texts, "offset date", OffsetDateTime.of(moment, ZoneOffset.UTC));
        same(texts, "zoned date", ZonedDateTime.of(moment, ZoneId.of("Asia/Shanghai")));
        same(texts, "zoned by offset", ZonedDateTime.of(moment, ZoneOffset.ofHours(2)));
    }

    private static void sayAddresses(PrintWriter texts) throws Exception {
        String[] urls = {
            "http://user@example.com:8080/a/b?c=d#e", "file:/tmp/x", "jar:file:/app.jar!/BOOT-INF/classes/"
        };
        for (String url : urls) {
            same(texts, "url " + url, new URL(url));
        }
        same(texts, "uri", new URI("https://example.com/a?b#c"));
        URI made = new URI("http", "example.com", "/p", "q=1", "f");
        say(texts, "uri of parts", made, "http://example.com/p?q=1#f");
        byte[] number = {10, 1, 2, (byte) 200};
        say(texts, "ipv4", InetAddress.getByAddress(number), "10.1.2.200");
        say(texts, "named ipv4", InetAddress.getByAddress("db.example", number), "db.example/10.1.2.200");
        byte[] six = {0x20, 0x01, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        say(texts, "ipv6", InetAddress.getByAddress(six), "2001:db8::1");
        say(texts, "scoped ipv6", Inet6Address.getByAddress(null, six, 3), "2001:db8::1%3");
        InetSocketAddress socket = new InetSocketAddress(InetAddress.getByAddress(number), 80);
        say(texts, "socket address", socket, "10.1.2.200:80");
        say(
                texts,
                "ipv6 socket address",
                new InetSocketAddress(InetAddress.getByAddress(six), 443),
                "[2001:db8::1]:443");
        say(texts, "unresolved", InetSocketAddress.createUnresolved("db.example", 5432), "db.example:5432");
    }

    /** Sockets of both kinds, connected to each other. */
    private static final class Sockets implements AutoCloseable {
        private final InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        private final ServerSocket server = new ServerSocket(0, 5, here);
        private final Socket socket = new Socket(here, server.getLocalPort());
        private final ServerSocketChannel serverChannel =
                ServerSocketChannel.open().bind(new InetSocketAddress(here, 0));
        private final SocketChannel channel = SocketChannel.open(serverChannel.getLocalAddress());

        Sockets() throws Exception {}

        void say(PrintWriter texts) throws Exception {
            String number = "127.0.0.1:";
            String port = number + server.getLocalPort();
            ReadableValues.say(texts, "server socket", server, "listening on " + port);
            ReadableValues.say(
                    texts, "socket", socket, "port " + socket.getLocalPort() + " -> " + port);
            ReadableValues.say(texts, "idle socket", new Socket(), "not connected");
            String channelPort =
                    number + ((InetSocketAddress) serverChannel.getLocalAddress()).getPort();
            ReadableValues.say(
                    texts, "server channel", serverChannel, "listening on " + channelPort);
            String localPort = number + ((InetSocketAddress) channel.getLocalAddress()).getPort();
            ReadableValues.say(texts, "channel", channel, localPort + " -> " + channelPort);
            ReadableValues.say(
                    texts, "socket of a channel", channel.socket(), localPort + " -> " + channelPort);
            ReadableValues.say(texts, "idle channel", SocketChannel.open(), "not connected");
        }

        @Override
        public void close() throws Exception {
            socket.close();
            server.close();
            channel.close();
            serverChannel.close();
        }
    }

    /** What came after JDK 8, so by reflection. */
    private static void sayNewer(PrintWriter texts) throws Exception {
        if (System.getProperty("java.specification.version").startsWith("1.")) {
            return;
        }
        Object module = Class.class.getMethod("getModule").invoke(String.class);
        say(texts, "module", module, "java.base");
        say(texts, "application loader", ReadableValues.class.getClassLoader(), "app");
        say(
                texts,
                "named url class loader",
                URLClassLoader.class
                        .getConstructor(String.class, URL[].class, ClassLoader.class)
                        .newInstance("plugins", new URL[0], null),
                "plugins");
    }
}
