package lab.leaks.okhttp_client_per_call;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A REST client that builds an OkHttpClient for each call, and with it a connection pool. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        String address = Loopback.webServer("{\"code\":0}");
        MediaServerClient client = new MediaServerClient(address);
        for (int call = 0; call < 150; call++) {
            client.openRtpServer("stream-" + call);
        }
        LeakRun.finish(arguments);
    }
}

final class MediaServerClient {
    private final String address;

    MediaServerClient(String address) {
        this.address = address;
    }

    String openRtpServer(String stream) throws IOException {
        Request request = new Request.Builder().url(address + "/openRtpServer?stream=" + stream).build();
        try (Response response = newClient().newCall(request).execute()) {
            return response.body().string();
        }
    }

    private OkHttpClient newClient() {
        // The leak: each client has a pool of its own, which keeps its idle connection for 5 minutes.
        return new OkHttpClient.Builder().connectTimeout(5, TimeUnit.SECONDS).build();
    }
}
