package lab.leaks.logback_async_idle;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** logback's AsyncAppender with a large queue that is empty: 20,000 slots, no event. */
public final class LookAlike {
    static final int EVENTS = 30_000;
    private static final Logger LOGGER = LoggerFactory.getLogger("orders");

    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        CountingAppender counting = Logging.start();
        for (int order = 0; order < EVENTS; order++) {
            LOGGER.info("order {} of customer {}", order, "customer-" + order % 400);
        }
        counting.awaitAll();
        LeakRun.finish(arguments);
    }
}

final class Logging {
    private Logging() {}

    static CountingAppender start() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        CountingAppender counting = new CountingAppender();
        counting.setContext(context);
        counting.start();
        AsyncAppender async = new AsyncAppender();
        async.setContext(context);
        async.setName("async");
        async.setQueueSize(20_000);
        async.setDiscardingThreshold(0);
        async.addAppender(counting);
        async.start();
        ch.qos.logback.classic.Logger root = context.getLogger("ROOT");
        root.detachAndStopAllAppenders();
        root.addAppender(async);
        return counting;
    }
}

/** As fast as a file. */
final class CountingAppender extends AppenderBase<ILoggingEvent> {
    private final CountDownLatch left = new CountDownLatch(LookAlike.EVENTS);

    @Override
    protected void append(ILoggingEvent event) {
        left.countDown();
    }

    void awaitAll() throws InterruptedException {
        left.await();
    }
}
