package lab.leaks.log4j2_ring_buffer;

import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Property;

/** Asynchronous loggers of Log4j 2 with an appender that hangs: the ring is full, with all arguments. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        StuckAppender appender = Logging.start();
        Logger logger = LogManager.getLogger("snapshots");
        // One less than the ring has slots: the next one would block this thread.
        for (int snapshot = 0; snapshot < 4_095; snapshot++) {
            logger.info("took {} for {}", new Snapshot(snapshot), "channel-" + snapshot % 90);
        }
        appender.awaitStuck();
        LeakRun.finish(arguments);
    }
}

final class Logging {
    private Logging() {}

    static StuckAppender start() {
        LoggerContext context = LoggerContext.getContext(false);
        Configuration configuration = context.getConfiguration();
        StuckAppender appender = new StuckAppender();
        appender.start();
        configuration.getRootLogger().getAppenders().keySet()
                .forEach(name -> configuration.getRootLogger().removeAppender(name));
        configuration.getRootLogger().addAppender(appender, null, null);
        configuration.getRootLogger().setLevel(org.apache.logging.log4j.Level.INFO);
        context.updateLoggers();
        return appender;
    }
}

/** Writes to a network file system that hangs. */
final class StuckAppender extends AbstractAppender {
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch written = new CountDownLatch(1);

    StuckAppender() {
        super("stuck", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
        stuck.countDown();
        try {
            written.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    void awaitStuck() throws InterruptedException {
        stuck.await();
    }
}

final class Snapshot {
    private final int number;
    private final byte[] thumbnail = Payload.bytes(2_000);

    Snapshot(int number) {
        this.number = number;
    }

    @Override
    public String toString() {
        return "snapshot " + number + " of " + thumbnail.length + " bytes";
    }
}
