package bench.generator;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;

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
