package lab.leaks.redeploy_driver;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Logger;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import lab.leaks.WebappLoader;

/** Redeployments of an application that brings its own JDBC driver. */
public final class Leak {
    private static final Server SERVER = new Server();

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        for (int version = 0; version < 50; version++) {
            SERVER.deploy();
        }
        LeakRun.finish(arguments);
    }

    /** What is deployed. */
    public static final class Webapp implements Runnable {
        private static final byte[][] TEMPLATES = Payload.blocks(16, 8 * 1024);

        @Override
        public void run() {
            try {
                // The leak: DriverManager belongs to the JVM, and no one deregisters the driver.
                DriverManager.registerDriver(new TrackDriver());
            } catch (SQLException refused) {
                throw new IllegalStateException(refused);
            }
        }

        private static final class TrackDriver implements Driver {
            @Override
            public Connection connect(String url, Properties properties) {
                return null;
            }

            @Override
            public boolean acceptsURL(String url) {
                return url.startsWith("jdbc:track:");
            }

            @Override
            public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
                return new DriverPropertyInfo[0];
            }

            @Override
            public int getMajorVersion() {
                return TEMPLATES.length;
            }

            @Override
            public int getMinorVersion() {
                return 0;
            }

            @Override
            public boolean jdbcCompliant() {
                return false;
            }

            @Override
            public Logger getParentLogger() {
                return null;
            }
        }
    }
}

final class Server {
    private Runnable application;

    void deploy() throws Exception {
        application = WebappLoader.deploy(Leak.Webapp.class);
        application.run();
    }
}
