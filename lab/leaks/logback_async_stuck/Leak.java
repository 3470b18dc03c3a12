package lab.leaks.logback_async_stuck;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** logback's AsyncAppender in front of an appender that hangs: the queue is full of events with arguments. */
public final class Leak {
    private static final Logger LOGGER = LoggerFactory.getLogger("frames");

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        RemoteAppender remote = Logging.start();
        for (int frame = 0; frame < 12_000; frame++) {
            LOGGER.info("frame {} of {}", new VideoFrame(frame), "camera-" + frame % 40);
        }
        remote.awaitStuck();
        LeakRun.finish(arguments);
    }
}

final class Logging {
    private Logging() {}

    static RemoteAppender start() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        RemoteAppender remote = new RemoteAppender();
        remote.setContext(context);
        remote.start();
        AsyncAppender async = new AsyncAppender();
        async.setContext(context);
        async.setName("async");
        // The leak: 10,000 events, each with its arguments, and neverBlock hides that the sink hangs.
        async.setQueueSize(10_000);
        async.setDiscardingThreshold(0);
        async.setNeverBlock(true);
        async.addAppender(remote);
        async.start();
        ch.qos.logback.classic.Logger root = context.getLogger("ROOT");
        root.detachAndStopAllAppenders();
        root.addAppender(async);
        return remote;
    }
}

/** Sends to a log server that takes the connection and does not answer. */
final class RemoteAppender extends AppenderBase<ILoggingEvent> {
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    @Override
    protected void append(ILoggingEvent event) {
        stuck.countDown();
        try {
            answer.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    void awaitStuck() throws InterruptedException {
        stuck.await();
    }
}

final class VideoFrame {
    private final int number;
    private final byte[] head = Payload.bytes(1_024);

    VideoFrame(int number) {
        this.number = number;
    }

    @Override
    public String toString() {
        return number + " (" + head.length + " bytes)";
    }
}
