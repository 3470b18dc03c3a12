package lab.leaks.mbean_per_request;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A management bean for each request, so that one can look at it while it runs. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        for (int request = 0; request < 3_000; request++) {
            new RequestStats(request).publish();
        }
        LeakRun.finish(arguments);
    }

    /** What a console may read. */
    public interface RequestStatsMBean {
        /** Milliseconds since the request came. */
        long getMilliseconds();
    }

    /** The figures of one request. */
    public static final class RequestStats implements RequestStatsMBean {
        private final long startedAtMs = System.currentTimeMillis();
        private final long[] phases = Payload.longs(64);
        private final int number;

        RequestStats(int number) {
            this.number = number;
        }

        void publish() throws Exception {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            // The leak: registered when the request begins, not unregistered when it ends.
            server.registerMBean(this, new ObjectName("radar:type=Request,id=" + number));
        }

        @Override
        public long getMilliseconds() {
            return System.currentTimeMillis() - startedAtMs + phases[0];
        }
    }
}
