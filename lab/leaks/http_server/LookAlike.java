package lab.leaks.http_server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;

/** The JDK's own web server at rest, with a few handlers. */
public final class LookAlike {
    private static StatusServer server;

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        server = new StatusServer();
        server.start();
        LeakRun.finish(arguments);
    }
}

final class StatusServer {
    private final HttpServer server;
    private final ExecutorService workers = Executors.newFixedThreadPool(8);
    private int requests;

    StatusServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        for (String page : new String[] {"/", "/health", "/metrics", "/devices"}) {
            server.createContext(page, this::answer);
        }
    }

    void start() {
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests++;
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }
}
