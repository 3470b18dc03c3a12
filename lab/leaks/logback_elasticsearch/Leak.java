package lab.leaks.logback_elasticsearch;

import ch.qos.logback.classic.LoggerContext;
import com.internetitem.logback.elasticsearch.ElasticsearchAppender;
import com.internetitem.logback.elasticsearch.config.HttpRequestHeaders;
import java.io.IOException;
import java.net.ServerSocket;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** logback's appender for Elasticsearch, whose server takes connections and never answers. */
public final class Leak {
    private static final Logger LOGGER = LoggerFactory.getLogger("play");

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        ServerSocket silent = Loopback.silent();
        Logging.start("http://127.0.0.1:" + silent.getLocalPort() + "/_bulk");
        LOGGER.info("the first event, with which the writer gets stuck");
        Logging.awaitWriter();
        for (int play = 0; play < 20_000; play++) {
            LOGGER.info("device {} answers 200 to INVITE, stream {}", "3402000000132" + play % 700, play);
        }
        LeakRun.finish(arguments);
    }
}

final class Logging {
    private Logging() {}

    static void start(String address) throws IOException {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ElasticsearchAppender appender = new ElasticsearchAppender();
        appender.setContext(context);
        appender.setName("ES");
        appender.setUrl(address);
        appender.setIndex("play-%date{yyyy-MM-dd}");
        // The leak: a read time-out of ten minutes, and the events that wait meanwhile have no bound.
        appender.setReadTimeout(600_000);
        appender.setSleepTime(100);
        appender.setHeaders(new HttpRequestHeaders());
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger("ROOT");
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
    }

    /** Waits until the writer's thread reads from the server. */
    static void awaitWriter() throws InterruptedException {
        while (!isWriterInRead()) {
            Thread.sleep(10);
        }
    }

    private static boolean isWriterInRead() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("es-writer"))
                .flatMap(thread -> java.util.Arrays.stream(thread.getValue()))
                .anyMatch(frame -> frame.getMethodName().equals("getResponseCode"));
    }
}
