package lab.leaks.okhttp3_client_per_call;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Proxies of devices that each have an OkHttpClient 3: a pool, a dispatcher and a thread for each. */
public final class Leak {
    private static final DeviceRegistry REGISTRY = new DeviceRegistry();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        String address = Loopback.webServer("online");
        for (int number = 0; number < 120; number++) {
            REGISTRY.register(new DeviceProxy("device-" + number, address));
        }
        REGISTRY.poll();
        LeakRun.finish(arguments);
    }
}

final class DeviceRegistry {
    private final List<DeviceProxy> proxies = new ArrayList<>();

    void register(DeviceProxy proxy) {
        proxies.add(proxy);
    }

    void poll() throws IOException {
        for (DeviceProxy proxy : proxies) {
            proxy.isOnline();
        }
    }
}

final class DeviceProxy {
    private final String device;
    private final String address;
    // The leak: newBuilder() of one shared client would share its pool and its threads.
    private final OkHttpClient client = new OkHttpClient();

    DeviceProxy(String device, String address) {
        this.device = device;
        this.address = address;
    }

    boolean isOnline() throws IOException {
        Request request = new Request.Builder().url(address + "/state/" + device).build();
        try (Response response = client.newCall(request).execute()) {
            return response.body().string().equals("online");
        }
    }
}
