package lab.leaks.tomcat_redeploy;

import java.io.IOException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import lab.leaks.Payload;

/** The application: each thread that renders has a working copy of the templates. */
public final class InvoiceServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private static final ThreadLocal<InvoiceTemplates> TEMPLATES = ThreadLocal.withInitial(InvoiceTemplates::new);

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        // The leak: no remove(); value -> its class -> the application's loader -> everything it loaded.
        response.getWriter().println(TEMPLATES.get());
    }
}

/** Loaded by the application's loader, as all its classes. */
final class InvoiceTemplates {
    private final byte[][] pages = Payload.blocks(20, 16 * 1024);

    @Override
    public String toString() {
        return pages.length + " pages";
    }
}
