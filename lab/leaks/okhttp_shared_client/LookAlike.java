package lab.leaks.okhttp_shared_client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Many clients derived from one with newBuilder(): they share its pool and its dispatcher. */
public final class LookAlike {
    private static final List<TenantClient> TENANTS = new ArrayList<>();

    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        String address = Loopback.webServer("{\"users\": 3}");
        OkHttpClient shared = new OkHttpClient();
        for (int tenant = 0; tenant < 60; tenant++) {
            TENANTS.add(new TenantClient(shared, address + "/tenants/" + tenant));
        }
        CountDownLatch answers = new CountDownLatch(240);
        for (int call = 0; call < 240; call++) {
            TENANTS.get(call % TENANTS.size()).countUsers(answers);
        }
        answers.await();
        LeakRun.finish(arguments);
    }
}

final class TenantClient {
    private final OkHttpClient client;
    private final String address;

    TenantClient(OkHttpClient shared, String address) {
        this.client = shared.newBuilder().readTimeout(3, TimeUnit.SECONDS).build();
        this.address = address;
    }

    void countUsers(CountDownLatch answers) {
        client.newCall(new Request.Builder().url(address).build()).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException error) {
                throw new IllegalStateException(error);
            }

            @Override
            public void onResponse(Call call, Response response) {
                response.close();
                answers.countDown();
            }
        });
    }
}
