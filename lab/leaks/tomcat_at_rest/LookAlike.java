package lab.leaks.tomcat_at_rest;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import lab.leaks.LeakRun;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat with one application after a busy minute: buffers, threads, sessions that will expire. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        URL page = new URL("http://127.0.0.1:" + new NewsServer().start() + "/news");
        ExecutorService readers = Executors.newFixedThreadPool(10);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int reader = 0; reader < 300; reader++) {
            answers.add(readers.submit(() -> {
                HttpURLConnection connection = (HttpURLConnection) page.openConnection();
                int status = connection.getResponseCode();
                connection.getInputStream().close();
                return status;
            }));
        }
        for (Future<Integer> answer : answers) {
            if (answer.get() != 200) {
                throw new IllegalStateException("status " + answer.get());
            }
        }
        readers.shutdown();
        LeakRun.finish(arguments);
    }
}

final class NewsServer {
    private final Tomcat tomcat = new Tomcat();

    /** Starts the server and returns its port. */
    int start() throws IOException, LifecycleException {
        File base = Files.createTempDirectory("news").toFile();
        tomcat.setBaseDir(base.getPath());
        tomcat.setPort(0);
        tomcat.setSilent(true);
        Context context = tomcat.addContext("", base.getPath());
        context.setSessionTimeout(30);
        Tomcat.addServlet(context, "news", new NewsServlet());
        context.addServletMappingDecoded("/news", "news");
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.start();
        return tomcat.getConnector().getLocalPort();
    }
}

final class NewsServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.getSession().setAttribute("lastSeen", "item 12");
        response.getWriter().println("no news");
    }
}
