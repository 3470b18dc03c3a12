package bench.generator;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
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
    /** Objects in one {@link Wave}, by the class histogram; only chooses how many waves there are. */
    private static final long OBJECTS_PER_WAVE = 2_730_000L;

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
            int day = 1 + index % 28;
            transaction.startedAt = LocalDateTime.of(2022, 7, day, index % 24, index % 60, index % 59);
            transaction.timeoutMs = Long.valueOf(10_000L + dice.below(1 << 30));
            transaction.earlier = gateway.lastOf(index);
            gateway.remember(index, transaction);
            gateway.transactions.put(transaction.branch, transaction);
            StreamContext context = new StreamContext(transaction, device.server, index);
            // The defect the heap shows: the error map is swept, the success map never is.
            gateway.okSubscribes.put(callId, event -> context.finish(event, transaction));
            if (index % 5 == 0) {
                byte[] message = dice.payload(200, 1_500);
                gateway.logBacklog.add(new LogRecord(context, transaction.startedAt, message));
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
                boolean shared = dice.below(6) == 0;
                String value = shared ? device.id : "z9hG4bK-" + dice.below(1 << 20) + "-" + index;
                request.headers.add(i == 0
                        ? new ViaHeader(name, value, request, device)
                        : new Header(name, value, request));
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
