package lab.leaks.tomcat_sessions;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpSession;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat whose sessions never expire, asked by a monitor that keeps no cookies. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        ShopServer shop = new ShopServer();
        URL page = new URL("http://127.0.0.1:" + shop.start() + "/shop");
        for (int request = 0; request < 4_000; request++) {
            HttpURLConnection connection = (HttpURLConnection) page.openConnection();
            if (connection.getResponseCode() != 200) {
                throw new IllegalStateException("the shop is down");
            }
            connection.getInputStream().close();
        }
        LeakRun.finish(arguments);
    }
}

final class ShopServer {
    private final Tomcat tomcat = new Tomcat();

    /** Starts the server and returns its port. */
    int start() throws IOException, LifecycleException {
        File base = Files.createTempDirectory("shop").toFile();
        tomcat.setBaseDir(base.getPath());
        tomcat.setPort(0);
        tomcat.setSilent(true);
        Context context = tomcat.addContext("", base.getPath());
        // The leak: "users complained about being logged out".
        context.setSessionTimeout(-1);
        Tomcat.addServlet(context, "shop", new ShopServlet());
        context.addServletMappingDecoded("/shop", "shop");
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.start();
        return tomcat.getConnector().getLocalPort();
    }
}

final class ShopServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession();
        if (session.isNew()) {
            session.setAttribute("cart", new Cart());
        }
        response.getWriter().println("welcome");
    }
}

final class Cart {
    private final byte[] offers = Payload.bytes(1_500);

    @Override
    public String toString() {
        return "empty, " + offers.length + " bytes of offers";
    }
}
