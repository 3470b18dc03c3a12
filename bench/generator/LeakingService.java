package bench.generator;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.management.ObjectName;

/**
 * Fills a heap the way a leaking video gateway does, then dumps itself.
 *
 * <p>The same seed and object count give the same graph, so figures of different days can be
 * compared. What matters to a heap engine is set on purpose: the mix of kinds, about 1.85 references
 * an object, some 13 % of the objects with several referrers, deep chains, and over 2,000 classes.
 *
 * <p>Usage: {@code --objects N --out FILE [--histogram FILE]}
 */
public final class LeakingService {
    /** Objects in one {@link Wave}, measured with the class histogram; only used to choose how many waves. */
    private static final long OBJECTS_PER_WAVE = 2_800_000L;

    private static final int CALLS_PER_WAVE = 51_000;
    private static final int COLLECTION_ENTRIES = 400_000;
    private static final int TIMERS = 48;

    private LeakingService() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = parse(arguments);
        long objects = Long.parseLong(options.getOrDefault("--objects", "8400000"));
        String out = options.get("--out");
        if (out == null) {
            System.err.println("usage: LeakingService --objects N --out FILE [--histogram FILE]");
            System.exit(2);
        }
        int waves = (int) Math.max(1, Math.round((double) objects / OBJECTS_PER_WAVE));
        ExtraClasses.load(Gateway.INSTANCE.plugins);
        for (int number = 0; number < waves; number++) {
            new Wave(number).run();
            System.err.println("wave " + (number + 1) + " of " + waves);
        }
        if (options.containsKey("--histogram")) {
            // The first run loads every class the second one needs, so that only the second is exact.
            writeHistogram(options.get("--histogram"));
            writeHistogram(options.get("--histogram"));
        }
        dump(out);
        System.exit(0);
    }

    private static Map<String, String> parse(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    /** The text `jcmd PID GC.class_histogram` prints, without a second process attaching. */
    private static void writeHistogram(String file) throws Exception {
        Object text = ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
        Files.write(Paths.get(file), ((String) text).getBytes(StandardCharsets.UTF_8));
    }

    private static void dump(String file) throws IOException {
        new File(file).delete();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file, true);
    }

    /** One portion of leaked work: devices, calls, and the collections of one bulk job. */
    private static final class Wave {
        private final Gateway gateway = Gateway.INSTANCE;
        private final Dice dice;
        private final int number;

        Wave(int number) {
            this.number = number;
            this.dice = new Dice(0x5EA3E5L + number);
        }

        void run() {
            List<Device> devices = new ArrayList<>();
            for (int i = 0; i < 900; i++) {
                devices.add(addDevice(i));
            }
            for (int i = 0; i < CALLS_PER_WAVE; i++) {
                addCall(i, devices.get(dice.below(devices.size())));
            }
            addBulkJob();
            for (int i = 0; number == 0 && i < TIMERS; i++) {
                startTimer(devices.get(i));
            }
        }

        private Device addDevice(int index) {
            Device device = new Device("34020000" + number + "1320" + index, gateway.servers[index % 8]);
            for (int i = 0; i < 12; i++) {
                Channel channel = new Channel("channel-" + index + "-" + i, device, 100 * i);
                device.channels.put(channel.id, channel);
            }
            gateway.devices.put(device.id, device);
            return device;
        }

        private void addCall(int index, Device device) {
            String callId = Long.toHexString(dice.next()) + "@" + device.id;
            ClientTransaction transaction = new ClientTransaction(callId, device, requestOf(device, index));
            transaction.startedAt = LocalDateTime.of(2022, 7, 1 + index % 28, index % 24, index % 60, index % 59);
            transaction.timeoutMs = Long.valueOf(10_000L + dice.below(1 << 30));
            transaction.earlier = gateway.lastOf(index);
            gateway.remember(index, transaction);
            gateway.transactions.put(transaction.branch, transaction);
            StreamContext context = new StreamContext(transaction, device.server, index);
            // The defect the heap shows: the error map is swept, the success map never is.
            gateway.okSubscribes.put(callId, event -> context.finish(event, transaction));
            if (index % 5 == 0) {
                gateway.logBacklog.add(new LogRecord(context, transaction.startedAt, dice.payload(200, 1_500)));
            }
            Object plugin = gateway.plugins.get(dice.below(gateway.plugins.size()));
            if (index % 11 == 0) {
                context.plugin = plugin;
            }
        }

        private SipRequest requestOf(Device device, int index) {
            SipRequest request = new SipRequest("sip:" + device.id + "@" + index, dice.payload(300, 1_300));
            request.route = device.channels.values().toArray(new Channel[0]);
            for (int i = 0; i < 5; i++) {
                String name = Gateway.HEADER_NAMES[dice.below(Gateway.HEADER_NAMES.length)];
                String value = dice.below(6) == 0 ? device.id : "z9hG4bK-" + dice.below(1 << 20) + "-" + index;
                request.headers.add(i == 0 ? new ViaHeader(name, value, request, device) : new Header(name, value, request));
            }
            return request;
        }

        private void addBulkJob() {
            BulkJob job = new BulkJob();
            for (int i = 0; i < COLLECTION_ENTRIES; i++) {
                // One wave feeds one of the three shapes, so that every collection is a large one.
                addEntry(job, i);
            }
            for (int i = 0; i < 30_000; i++) {
                job.auditTail = new AuditLink(job.auditTail, new long[1 + i % 6]);
            }
            gateway.jobs.add(job);
        }

        private void addEntry(BulkJob job, int i) {
            Long key = Long.valueOf(1_000_000_000L * (number + 1) + i);
            if (number % 3 == 0) {
                job.samples.put(key, dice.below(3) == 0 ? gateway.servers[i % 8] : new long[] {i, number});
            } else if (number % 3 == 1) {
                job.names.add("preset/" + number + "/" + i);
            } else {
                job.waiting.add(key);
            }
        }

        private void startTimer(Device device) {
            Timer timer = new Timer("play-timeout-" + device.id, true);
            timer.schedule(new PlayTimeout(device), 3_600_000L);
            gateway.timers.add(timer);
        }
    }
}

/** What the service holds for ever. */
final class Gateway {
    static final Gateway INSTANCE = new Gateway();
    static final String[] HEADER_NAMES = {
        "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "User-Agent", "Subject", "Expires"
    };

    final MediaServer[] servers = new MediaServer[8];
    final Map<String, Device> devices = new ConcurrentHashMap<>();
    final Map<String, ClientTransaction> transactions = new ConcurrentHashMap<>();
    final Map<String, Callback> okSubscribes = new ConcurrentHashMap<>();
    final List<LogRecord> logBacklog = new ArrayList<>();
    final List<BulkJob> jobs = new ArrayList<>();
    final List<Timer> timers = new ArrayList<>();
    final List<Object> plugins = new ArrayList<>();
    private final ClientTransaction[] last = new ClientTransaction[4];

    private Gateway() {
        for (int i = 0; i < servers.length; i++) {
            servers[i] = new MediaServer("media-" + i, 10_000);
        }
    }

    ClientTransaction lastOf(int index) {
        return last[index % last.length];
    }

    void remember(int index, ClientTransaction transaction) {
        last[index % last.length] = transaction;
    }
}

interface Callback {
    void response(Object event);
}

/** A media server with the hoard of free stream numbers each of them carries. */
final class MediaServer {
    final String id;
    final List<String> freeStreams = new ArrayList<>();

    MediaServer(String id, int streams) {
        this.id = id;
        for (int i = 0; i < streams; i++) {
            freeStreams.add("0200" + i);
        }
    }
}

final class Device {
    final String id;
    final MediaServer server;
    final Map<String, Channel> channels = new ConcurrentHashMap<>();
    final LocalDateTime registeredAt = LocalDateTime.of(2022, 7, 11, 9, 30);
    volatile boolean online;

    Device(String id, MediaServer server) {
        this.id = id;
        this.server = server;
    }
}

final class Channel {
    final String id;
    final Device device;
    final double longitude;
    final double latitude;
    final short kind;
    final byte status = 1;

    Channel(String id, Device device, int kind) {
        this.id = id;
        this.device = device;
        this.kind = (short) kind;
        this.longitude = 116.0 + kind;
        this.latitude = 39.0 + kind;
    }
}

enum CallState { CALLING, PROCEEDING, COMPLETED, TERMINATED }

abstract class SipTransaction {
    final String branch;
    final String callId;
    CallState state = CallState.CALLING;
    int retransmissions;
    boolean reliable;

    SipTransaction(String branch, String callId) {
        this.branch = branch;
        this.callId = callId;
    }
}

final class ClientTransaction extends SipTransaction {
    final Device device;
    final SipRequest request;
    LocalDateTime startedAt;
    Long timeoutMs;
    ClientTransaction earlier;
    long collectionTimeMs;
    byte hops;

    ClientTransaction(String callId, Device device, SipRequest request) {
        super("z9hG4bK" + callId.hashCode() + "-" + callId, callId);
        this.device = device;
        this.request = request;
    }
}

final class SipRequest {
    final String uri;
    final byte[] body;
    final List<Header> headers = new ArrayList<>();
    Channel[] route;

    SipRequest(String uri, byte[] body) {
        this.uri = uri;
        this.body = body;
    }
}

class Header {
    final String name;
    final String value;
    final SipRequest request;

    Header(String name, String value, SipRequest request) {
        this.name = name;
        this.value = value;
        this.request = request;
    }
}

final class ViaHeader extends Header {
    final Device via;
    final int port = 5060;

    ViaHeader(String name, String value, SipRequest request, Device via) {
        super(name, value, request);
        this.via = via;
    }
}

final class StreamContext {
    final ClientTransaction transaction;
    final MediaServer server;
    final Device device;
    final int stream;
    Object plugin;
    Object answer;

    StreamContext(ClientTransaction transaction, MediaServer server, int stream) {
        this.transaction = transaction;
        this.server = server;
        this.device = transaction.device;
        this.stream = stream;
    }

    void finish(Object event, ClientTransaction finished) {
        answer = event == null ? finished : event;
    }
}

final class LogRecord {
    final StreamContext context;
    final LocalDateTime at;
    final byte[] message;

    LogRecord(StreamContext context, LocalDateTime at, byte[] message) {
        this.context = context;
        this.at = at;
        this.message = message;
    }
}

final class BulkJob {
    final Map<Long, Object> samples = new HashMap<>();
    final List<String> names = new ArrayList<>();
    final LinkedList<Long> waiting = new LinkedList<>();
    AuditLink auditTail;
}

final class AuditLink {
    final AuditLink earlier;
    final long[] samples;

    AuditLink(AuditLink earlier, long[] samples) {
        this.earlier = earlier;
        this.samples = samples;
    }
}

final class PlayTimeout extends TimerTask {
    private final Device device;

    PlayTimeout(Device device) {
        this.device = device;
    }

    @Override
    public void run() {
        device.online = false;
    }
}

/** A xorshift generator: the same numbers on every JDK. */
final class Dice {
    private long state;

    Dice(long seed) {
        state = seed * 0x9E3779B97F4A7C15L | 1L;
    }

    long next() {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return state;
    }

    int below(int limit) {
        return (int) ((next() >>> 33) % limit);
    }

    byte[] payload(int least, int most) {
        byte[] bytes = new byte[least + below(most - least)];
        Arrays.fill(bytes, (byte) ('a' + below(26)));
        return bytes;
    }
}

/** Loads a service-sized number of classes: platform classes, proxies, and classes of plug-in loaders. */
final class ExtraClasses extends ClassLoader {
    private static final int PLATFORM_CLASSES = 1_500;
    private static final int LOADERS = 8;
    private static final int CLASSES_PER_LOADER = 60;

    private ExtraClasses() {
        super(ExtraClasses.class.getClassLoader());
    }

    static void load(List<Object> instances) throws Exception {
        loadPlatformClasses();
        for (int loader = 0; loader < LOADERS; loader++) {
            ExtraClasses plugin = new ExtraClasses();
            for (int i = 0; i < CLASSES_PER_LOADER; i++) {
                instances.add(plugin.define("plugin" + loader + "/Rule" + i).getDeclaredConstructor().newInstance());
            }
        }
        Class<?>[] faces = {Callback.class, Runnable.class, Comparable.class, Iterable.class, CharSequence.class};
        for (int mask = 1; mask < 1 << faces.length; mask++) {
            List<Class<?>> chosen = new ArrayList<>();
            for (int bit = 0; bit < faces.length; bit++) {
                if ((mask >> bit & 1) == 1) {
                    chosen.add(faces[bit]);
                }
            }
            instances.add(Proxy.newProxyInstance(ExtraClasses.class.getClassLoader(),
                    chosen.toArray(new Class<?>[0]), (proxy, method, values) -> null));
        }
    }

    private static void loadPlatformClasses() {
        int loaded = 0;
        try (Stream<Path> files = Files.walk(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base/java"))) {
            for (Iterator<Path> all = files.sorted().iterator(); all.hasNext() && loaded < PLATFORM_CLASSES; ) {
                String name = all.next().toString();
                if (name.endsWith(".class") && !name.contains("-info")) {
                    String type = name.substring("/modules/java.base/".length(), name.length() - 6);
                    Class.forName(type.replace('/', '.'), false, null);
                    loaded++;
                }
            }
        } catch (ClassNotFoundException | IOException | RuntimeException missing) {
            System.err.println("fewer classes than planned: " + missing);
        }
    }

    /** The smallest class file that has a constructor and two fields. */
    private Class<?> define(String name) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        java.io.DataOutputStream file = new java.io.DataOutputStream(bytes);
        file.writeInt(0xCAFEBABE);
        file.writeInt(52);
        file.writeShort(14);
        String[] texts = {name, "java/lang/Object", "<init>", "()V", "Code", "weight", "J", "target", "Ljava/lang/Object;"};
        for (String text : texts) { // constants 1..9
            file.writeByte(1);
            file.writeUTF(text);
        }
        for (int text = 1; text <= 2; text++) { // 10: this class, 11: its parent
            file.writeByte(7);
            file.writeShort(text);
        }
        writePair(file, 12, 3, 4); // 12: NameAndType <init>()V
        writePair(file, 10, 11, 12); // 13: Methodref Object.<init>
        int[] header = {0x21, 10, 11, 0, 2, 1, 6, 7, 0, 1, 8, 9, 0, 1, 1, 3, 4, 1, 5};
        for (int value : header) {
            file.writeShort(value);
        }
        file.writeInt(17);
        file.writeShort(1);
        file.writeShort(1);
        file.writeInt(5);
        file.write(new byte[] {0x2a, (byte) 0xb7, 0, 13, (byte) 0xb1});
        file.writeInt(0);
        file.writeShort(0);
        return defineClass(name.replace('/', '.'), bytes.toByteArray(), 0, bytes.size());
    }

    private static void writePair(java.io.DataOutputStream file, int tag, int first, int second) throws IOException {
        file.writeByte(tag);
        file.writeShort(first);
        file.writeShort(second);
    }
}
