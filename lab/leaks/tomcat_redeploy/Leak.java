package lab.leaks.tomcat_redeploy;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import lab.leaks.LeakRun;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** A web application redeployed in a running Tomcat, whose ThreadLocal stays in Tomcat's threads. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        WebServer server = new WebServer();
        server.start();
        for (int deployment = 0; deployment < 12; deployment++) {
            server.deploy();
            server.request();
            server.undeploy();
        }
        server.deploy();
        server.request();
        LeakRun.finish(arguments);
    }
}

/** Tomcat with one application, whose classes lie in its own WEB-INF/classes. */
final class WebServer {
    /** Tomcat warns of leaks that it could look for; kept, because loggers are held weakly. */
    private static final Logger LOADERS = Logger.getLogger("org.apache.catalina.loader");

    private final Tomcat tomcat = new Tomcat();
    private final File application;
    private Context context;

    WebServer() throws IOException {
        Path base = Files.createTempDirectory("tomcat");
        application = Files.createDirectories(base.resolve("application")).toFile();
        for (Class<?> type : new Class<?>[] {InvoiceServlet.class, InvoiceTemplates.class}) {
            String file = type.getName().replace('.', '/') + ".class";
            Path target = application.toPath().resolve("WEB-INF/classes").resolve(file);
            Files.createDirectories(target.getParent());
            try (InputStream bytes = type.getClassLoader().getResourceAsStream(file)) {
                Files.copy(bytes, target);
            }
        }
        tomcat.setBaseDir(base.toString());
        tomcat.setPort(0);
        tomcat.setSilent(true);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        // One worker, so that each deployment meets the thread of the last one.
        tomcat.getConnector().setProperty("maxThreads", "1");
        tomcat.getConnector().setProperty("minSpareThreads", "1");
    }

    void start() throws LifecycleException {
        LOADERS.setLevel(Level.OFF);
        tomcat.start();
    }

    void deploy() {
        context = tomcat.addContext("", application.getPath());
        Tomcat.addServlet(context, "invoices", InvoiceServlet.class.getName());
        context.addServletMappingDecoded("/invoices", "invoices");
    }

    void undeploy() throws LifecycleException {
        context.stop();
        tomcat.getHost().removeChild(context);
        context.destroy();
    }

    void request() throws IOException {
        URL page = new URL("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/invoices");
        HttpURLConnection connection = (HttpURLConnection) page.openConnection();
        if (connection.getResponseCode() != 200) {
            throw new IllegalStateException("status " + connection.getResponseCode());
        }
        connection.getInputStream().close();
    }
}
