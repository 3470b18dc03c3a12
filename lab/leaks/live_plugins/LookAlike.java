package lab.leaks.live_plugins;

import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import lab.leaks.WebappLoader;

/** Tenants that each run their own copy of one plug-in: all of them are in use. */
public final class LookAlike {
    private static final TenantServer SERVER = new TenantServer();

    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        for (int tenant = 0; tenant < 6; tenant++) {
            SERVER.start();
        }
        for (int request = 0; request < 600; request++) {
            SERVER.serve(request);
        }
        LeakRun.finish(arguments);
    }

    /** The plug-in of a tenant. */
    public static final class Plugin implements Runnable {
        private static final byte[][] TEMPLATES = Payload.blocks(8, 8 * 1024);

        private int requests;

        @Override
        public void run() {
            TEMPLATES[requests++ % TEMPLATES.length][0]++;
        }
    }
}

final class TenantServer {
    private final List<Runnable> tenants = new ArrayList<>();

    void start() throws Exception {
        tenants.add(WebappLoader.deploy(LookAlike.Plugin.class));
    }

    void serve(int request) {
        tenants.get(request % tenants.size()).run();
    }
}
