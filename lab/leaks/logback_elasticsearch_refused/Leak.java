package lab.leaks.logback_elasticsearch_refused;

import ch.qos.logback.classic.LoggerContext;
import com.internetitem.logback.elasticsearch.ElasticsearchAppender;
import com.internetitem.logback.elasticsearch.config.HttpRequestHeaders;
import java.io.IOException;
import java.net.ServerSocket;
import lab.leaks.LeakRun;
import lab.leaks.Loopback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** logback's appender for an Elasticsearch that is switched off: its send buffer may grow to 100 million chars. */
public final class Leak {
    private static final Logger LOGGER = LoggerFactory.getLogger("ingest");

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        Logging.start("http://127.0.0.1:" + closedPort() + "/_bulk");
        for (int batch = 0; batch < 4; batch++) {
            for (int record = 0; record < 8_000; record++) {
                LOGGER.info("batch {}: record {} stored, 3 retries", batch, record);
            }
            Logging.awaitGivenUp();
        }
        LeakRun.finish(arguments);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = Loopback.silent()) {
            return socket.getLocalPort();
        }
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
        appender.setIndex("ingest");
        // The leak: maxQueueSize is 100 MiB of chars by default, 200 MB on Java 8, for a sink of logs.
        appender.setSleepTime(100);
        appender.setHeaders(new HttpRequestHeaders());
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger("ROOT");
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
    }

    /** Waits until the writer's thread has tried as often as it may; the next event starts another. */
    static void awaitGivenUp() throws InterruptedException {
        while (Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().startsWith("es-writer"))) {
            Thread.sleep(10);
        }
    }
}
