package lab.leaks.httpclient4_leased;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;

/** Responses of HttpClient 4 that are neither read nor closed: the pool is empty, callers wait. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        String address = Loopback.webServer("{\"price\": 12}");
        PriceClient client = new PriceClient(address);
        ExecutorService requests = Executors.newFixedThreadPool(8);
        for (int product = 0; product < PriceClient.CONNECTIONS + 8; product++) {
            int number = product;
            requests.submit(() -> client.isKnown("product-" + number));
        }
        client.awaitWaiting(8);
        LeakRun.finish(arguments);
    }
}

final class PriceClient {
    static final int CONNECTIONS = 100;

    private final PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager();
    private final CloseableHttpClient client;
    private final String address;

    PriceClient(String address) {
        this.address = address;
        connections.setMaxTotal(CONNECTIONS);
        connections.setDefaultMaxPerRoute(CONNECTIONS);
        client = HttpClients.custom().setConnectionManager(connections).build();
    }

    boolean isKnown(String product) throws IOException {
        // The leak: the connection goes back to the pool when the entity is consumed or closed.
        CloseableHttpResponse response = client.execute(new HttpGet(address + "/prices/" + product));
        return response.getStatusLine().getStatusCode() == 200;
    }

    void awaitWaiting(int callers) throws InterruptedException {
        while (connections.getTotalStats().getPending() < callers) {
            Thread.sleep(10);
        }
    }
}
