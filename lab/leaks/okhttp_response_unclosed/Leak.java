package lab.leaks.okhttp_response_unclosed;

import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Health checks that look at the status only and never close the response: a connection each. */
public final class Leak {
    private static final HealthCheck CHECK = new HealthCheck();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        String address = Loopback.webServer("a body that no one reads");
                for (int call = 0; call < 150; call++) {
            if (!CHECK.isUp(address + "/health")) {
                throw new IllegalStateException("the service is down");
            }
        }
        LeakRun.finish(arguments);
    }
}

final class HealthCheck {
    private final OkHttpClient client = new OkHttpClient();

    boolean isUp(String address) throws IOException {
        // The leak: a response that is not closed keeps its connection out of the pool's hands.
        Response response = client.newCall(new Request.Builder().url(address).build()).execute();
        return response.isSuccessful();
    }
}
