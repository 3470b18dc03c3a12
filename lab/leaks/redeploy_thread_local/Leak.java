package lab.leaks.redeploy_thread_local;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import lab.leaks.WebappLoader;

/** Redeployments of an application that leaves a thread-local value in the server's threads. */
public final class Leak {
    private static final Server SERVER = new Server();

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        for (int version = 0; version < 50; version++) {
            SERVER.deploy();
            SERVER.serve();
        }
        LeakRun.finish(arguments);
    }

    /** What is deployed. */
    public static final class Webapp implements Runnable {
        private static final ThreadLocal<UserContext> CONTEXT = new ThreadLocal<>();
        private static final byte[][] TEMPLATES = Payload.blocks(16, 8 * 1024);

        @Override
        public void run() {
            // The leak: set and not removed. The thread is the server's and outlives this.
            CONTEXT.set(new UserContext(TEMPLATES.length));
        }

        private static final class UserContext {
            private final int rights;

            UserContext(int rights) {
                this.rights = rights;
            }

            @Override
            public String toString() {
                return "rights " + rights;
            }
        }
    }
}

final class Server {
    private final ExecutorService requestThreads = Executors.newFixedThreadPool(4);
    private Runnable application;

    void deploy() throws Exception {
        application = WebappLoader.deploy(Leak.Webapp.class);
    }

    void serve() throws Exception {
        requestThreads.submit(application).get();
    }
}
