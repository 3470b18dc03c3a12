package lab.leaks.okhttp_dispatcher_backlog;

import java.io.IOException;
import java.net.ServerSocket;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Alarms sent with enqueue() to a server that hangs: five calls run, all others wait. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        ServerSocket silent = Loopback.silent();
        AlarmNotifier notifier = new AlarmNotifier("http://127.0.0.1:" + silent.getLocalPort() + "/alarms");
        for (int alarm = 0; alarm < 12_000; alarm++) {
            notifier.send("{\"alarm\":" + alarm + ",\"device\":\"camera-" + alarm % 300 + "\"}");
        }
        notifier.awaitRunning(5);
        LeakRun.finish(arguments);
    }
}

final class AlarmNotifier {
    private static final MediaType JSON = MediaType.get("application/json");

    // The leak: no timeout of a call, no limit of what waits; the queue grows while the server hangs.
    private final OkHttpClient client = new OkHttpClient();
    private final String address;

    AlarmNotifier(String address) {
        this.address = address;
    }

    void send(String alarm) {
        Request request = new Request.Builder().url(address).post(RequestBody.create(alarm, JSON)).build();
        client.newCall(request).enqueue(new AlarmCallback(alarm));
    }

    void awaitRunning(int calls) throws InterruptedException {
        while (client.dispatcher().runningCallsCount() < calls) {
            Thread.sleep(10);
        }
    }
}

final class AlarmCallback implements Callback {
    private final String alarm;

    AlarmCallback(String alarm) {
        this.alarm = alarm;
    }

    @Override
    public void onFailure(Call call, IOException error) {
        System.err.println("not sent: " + alarm + ": " + error);
    }

    @Override
    public void onResponse(Call call, Response response) {
        response.close();
    }
}
