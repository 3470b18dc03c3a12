package lab.leaks.callback_registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.concurrent.ConcurrentHashMap;
import lab.leaks.LeakRun;

/** Callbacks of plays that were never answered; each owns half a megabyte of media server. */
public final class Leak {
    private static final PlayService SERVICE = new PlayService(new SipSubscribe(), new ZLMHttpHookSubscribe());

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int channel = 0; channel < 52; channel++) {
            SERVICE.play("3402000000131000" + channel);
        }
        LeakRun.finish(arguments);
    }
}

interface PlayCallback {
    void onEvent(String event);
}

/** Callbacks by call id. An answer removes the one that it calls; a timeout should do so too. */
final class SipSubscribe {
    private final Map<String, PlayCallback> errorSubscribes = new ConcurrentHashMap<>();
    private final Map<String, PlayCallback> okSubscribes = new ConcurrentHashMap<>();
    private final Map<String, Date> okTimeSubscribes = new ConcurrentHashMap<>();
    private final Map<String, Date> errorTimeSubscribes = new ConcurrentHashMap<>();

    void addOkSubscribe(String callId, PlayCallback callback) {
        okSubscribes.put(callId, callback);
        okTimeSubscribes.put(callId, new Date());
    }

    void addErrorSubscribe(String callId, PlayCallback callback) {
        errorSubscribes.put(callId, callback);
        errorTimeSubscribes.put(callId, new Date());
    }

    void answered(String callId) {
        // The leak: only an answer removes. A device that is switched off does not answer.
        okTimeSubscribes.remove(callId);
        okSubscribes.remove(callId).onEvent("200 OK");
    }
}

/** Callbacks by stream id, removed when the media server reports the stream: else never. */
final class ZLMHttpHookSubscribe {
    private final Map<String, PlayCallback> allSubscribes = new ConcurrentHashMap<>();

    void addSubscribe(String streamId, PlayCallback callback) {
        allSubscribes.put(streamId, callback);
    }

    void onStreamChanged(String streamId) {
        allSubscribes.remove(streamId).onEvent("stream");
    }
}

final class PlayService {
    private final SipSubscribe sipSubscribe;
    private final ZLMHttpHookSubscribe hookSubscribe;

    PlayService(SipSubscribe sipSubscribe, ZLMHttpHookSubscribe hookSubscribe) {
        this.sipSubscribe = sipSubscribe;
        this.hookSubscribe = hookSubscribe;
    }

    void play(String channel) {
        // Read anew for each play, as from a JSON document in a remote cache.
        MediaServerItem mediaServer = new MediaServerItem("zlm-1");
        String ssrc = mediaServer.ssrcConfig.takeSsrc();
        Timer timer = new Timer(true);
        sipSubscribe.addOkSubscribe(channel, event -> {
            timer.cancel();
            mediaServer.ssrcConfig.releaseSsrc(ssrc);
        });
        sipSubscribe.addErrorSubscribe(channel, event -> mediaServer.ssrcConfig.releaseSsrc(ssrc));
        hookSubscribe.addSubscribe("live/" + channel, event -> {
            timer.cancel();
            mediaServer.streams++;
        });
    }
}

final class MediaServerItem {
    final String id;
    final SsrcConfig ssrcConfig;
    int streams;

    MediaServerItem(String id) {
        this.id = id;
        this.ssrcConfig = new SsrcConfig();
    }
}

final class SsrcConfig {
    private static final int HIGHEST = 9_999;

    private final List<String> isUsed = new ArrayList<>();
    private final List<String> notUsed = new ArrayList<>();

    SsrcConfig() {
        for (int number = 1; number <= HIGHEST; number++) {
            notUsed.add(String.valueOf(100_000 + number).substring(2));
        }
    }

    String takeSsrc() {
        String ssrc = notUsed.remove(notUsed.size() - 1);
        isUsed.add(ssrc);
        return ssrc;
    }

    void releaseSsrc(String ssrc) {
        isUsed.remove(ssrc);
        notUsed.add(ssrc);
    }
}
