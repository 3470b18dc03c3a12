package lab.demo;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small video gateway with one leak, to try Seamew on.
 *
 * <p>Usage: {@code LeakDemo [--calls N] [--dump FILE]}. Without {@code --dump} it prints
 * {@code READY <pid>} and waits until its standard input closes, at most 120 seconds.
 */
public final class LeakDemo {
    private static final int WAIT_SECONDS = 120;

    private LeakDemo() {}

    public static void main(String[] arguments) throws Exception {
        int calls = 80_000;
        String dumpFile = null;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            if (arguments[i].equals("--calls")) {
                calls = Integer.parseInt(arguments[i + 1]);
            } else if (arguments[i].equals("--dump")) {
                dumpFile = arguments[i + 1];
            }
        }
        VideoGateway gateway = new VideoGateway();
        for (int number = 0; number < calls; number++) {
            gateway.play(number);
        }
        if (dumpFile == null) {
            waitForTheEnd();
        } else {
            new File(dumpFile).delete();
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dumpFile, true);
        }
        // Reads the gateway after the dump, so that the compiler cannot drop it before.
        System.err.println(gateway.devices.size() + " devices");
    }

    private static void waitForTheEnd() throws InterruptedException {
        Thread reader = new Thread(LeakDemo::drainInput, "stdin-reader");
        reader.setDaemon(true);
        reader.start();
        System.out.println("READY " + ManagementFactory.getRuntimeMXBean().getName().split("@")[0]);
        reader.join(WAIT_SECONDS * 1000L);
    }

    private static void drainInput() {
        try {
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (IOException closed) {
            System.err.println("standard input closed: " + closed.getMessage());
        }
    }
}

/** The service: the devices it knows, two well-behaved caches, and the registry that leaks. */
final class VideoGateway {
    private static final int DEVICES = 200;
    private static final int SNAPSHOTS_KEPT = 64;

    final List<Device> devices = new ArrayList<>();
    private final SubscribeRegistry subscribes = new SubscribeRegistry();
    private final Map<String, String> codecNames = new ConcurrentHashMap<>();
    private final Map<String, byte[]> snapshots = new LinkedHashMap<String, byte[]>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > SNAPSHOTS_KEPT;
        }
    };

    VideoGateway() {
        for (int i = 0; i < DEVICES; i++) {
            devices.add(new Device("3402000000132" + i, "10.0." + i / 250 + "." + i % 250));
            codecNames.put("payload-" + i % 40, "codec-" + i % 40);
        }
    }

    void play(int number) {
        Device device = devices.get(number % devices.size());
        CallRecord call = new CallRecord(device, number);
        subscribes.expect(call.callId, answer -> device.streams += call.offer.length);
        snapshots.put(device.id, new byte[2048]);
        // The device is offline: no answer ever comes, and the deadline passes.
        subscribes.expire(call.callId);
    }
}

/** Who waits for which answer. */
final class SubscribeRegistry {
    private final Map<String, AnswerCallback> pendingCalls = new ConcurrentHashMap<>();
    private final Map<String, Long> deadlines = new ConcurrentHashMap<>();

    void expect(String callId, AnswerCallback callback) {
        pendingCalls.put(callId, callback);
        deadlines.put(callId, System.currentTimeMillis() + 10_000L);
    }

    void answered(String callId, byte[] answer) {
        deadlines.remove(callId);
        AnswerCallback callback = pendingCalls.remove(callId);
        if (callback != null) {
            callback.onAnswer(answer);
        }
    }

    /** The leak: the entry leaves {@code deadlines} but stays in {@code pendingCalls} for ever. */
    void expire(String callId) {
        deadlines.remove(callId);
    }
}

interface AnswerCallback {
    void onAnswer(byte[] answer);
}

final class Device {
    final String id;
    final String address;
    long streams;

    Device(String id, String address) {
        this.id = id;
        this.address = address;
    }
}

/** One attempt to play a channel, with the session description offered to the device. */
final class CallRecord {
    final Device device;
    final String callId;
    final byte[] offer;

    CallRecord(Device device, int number) {
        this.device = device;
        this.callId = Integer.toHexString(number * 0x9E3779B1) + "@" + device.address;
        this.offer = offerOf(number).getBytes(StandardCharsets.US_ASCII);
    }

    private String offerOf(int number) {
        StringBuilder text = new StringBuilder("v=0\r\no=- ");
        text.append(number).append(" 1 IN IP4 ").append(device.address).append("\r\ns=Play\r\n");
        for (int format = 96; format < 110; format++) {
            text.append("a=rtpmap:").append(format).append(" H264/90000 channel=").append(number);
            text.append("\r\n");
        }
        return text.toString();
    }
}
