package lab.leaks.httpclient4_client_per_call;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/** An HttpClient 4 for each call, with a thread that evicts idle connections, never closed. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        String address = Loopback.webServer("{\"state\": \"delivered\"}");
        ParcelTracker tracker = new ParcelTracker(address);
        for (int parcel = 0; parcel < 150; parcel++) {
            tracker.stateOf("parcel-" + parcel);
        }
        LeakRun.finish(arguments);
    }
}

final class ParcelTracker {
    private final String address;

    ParcelTracker(String address) {
        this.address = address;
    }

    String stateOf(String parcel) throws IOException {
        // The leak: the evictor thread keeps the client's pool alive until close() is called.
        CloseableHttpClient client = HttpClients.custom()
                .evictExpiredConnections()
                .evictIdleConnections(30, TimeUnit.SECONDS)
                .build();
        try (CloseableHttpResponse response = client.execute(new HttpGet(address + "/parcels/" + parcel))) {
            return EntityUtils.toString(response.getEntity());
        }
    }
}
