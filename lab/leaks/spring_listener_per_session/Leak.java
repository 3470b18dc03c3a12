package lab.leaks.spring_listener_per_session;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;

/** Sessions that listen to the application's events and are never taken off the list. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        GenericApplicationContext context = new GenericApplicationContext();
        context.refresh();
        DashboardController dashboards = new DashboardController(context);
        for (int session = 0; session < 4_000; session++) {
            dashboards.open("user-" + session % 250);
        }
        context.publishEvent("camera 7 is offline");
        LeakRun.finish(arguments);
    }
}

final class DashboardController {
    private final GenericApplicationContext context;

    DashboardController(GenericApplicationContext context) {
        this.context = context;
    }

    void open(String user) {
        // The leak: there is an addApplicationListener, and no one calls its counterpart at close.
        context.addApplicationListener(new DashboardSession(user));
    }
}

final class DashboardSession implements ApplicationListener<PayloadApplicationEvent<String>> {
    private final String user;
    private final List<String> unseen = new ArrayList<>();
    private final byte[] layout = Payload.bytes(1_000);

    DashboardSession(String user) {
        this.user = user;
    }

    @Override
    public void onApplicationEvent(PayloadApplicationEvent<String> event) {
        unseen.add(user + ": " + event.getPayload() + " " + layout.length);
    }
}
