package lab.leaks.redeploy_hook;

import lab.leaks.LeakRun;
import lab.leaks.Payload;
import lab.leaks.WebappLoader;

/** Redeployments of a web application that adds a shutdown hook at each start. */
public final class Leak {
    private static final Server SERVER = new Server();

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        for (int version = 0; version < 60; version++) {
            SERVER.deploy();
        }
        LeakRun.finish(arguments);
    }

    /** What is deployed. */
    public static final class Webapp implements Runnable {
        private static final byte[][] TEMPLATES = Payload.blocks(16, 8 * 1024);

        @Override
        public void run() {
            // The leak: the JVM keeps the hook until it ends; no one takes it away at undeployment.
            Runtime.getRuntime().addShutdownHook(new FlushHook());
        }

        private static final class FlushHook extends Thread {
            @Override
            public void run() {
                TEMPLATES[0][0] = 1;
            }
        }
    }
}

final class Server {
    private Runnable application;

    void deploy() throws Exception {
        // The server does its part: it forgets the old version when the new one starts.
        application = WebappLoader.deploy(Leak.Webapp.class);
        application.run();
    }
}
