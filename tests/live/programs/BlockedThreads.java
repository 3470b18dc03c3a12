import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that stand still in known frames with known locals.
 *
 * <p>{@code zoo-holder} owns {@link #MONITOR} in {@code holdMonitor}; {@code zoo-waiter} is blocked on
 * it in {@code enterMonitor}; {@code zoo-sleeper} sits in {@code descend}, called ten times, each with
 * a {@link FrameLocal} of its own; {@code zoo-locked} waits for {@link #LOCK}, which the holder has;
 * {@code zoo-notified} is in {@code Object.wait}.
 */
final class BlockedThreads {
    static final Object MONITOR = new Object();
    static final Object CONDITION = new Object();
    static final ReentrantLock LOCK = new ReentrantLock();
    static final int DEPTH = 10;

    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static final CountDownLatch HELD = new CountDownLatch(1);

    private BlockedThreads() {}

    static void startAll() throws InterruptedException {
        Thread holder = start("zoo-holder", BlockedThreads::holdMonitor);
        HELD.await();
        Thread waiter = start("zoo-waiter", BlockedThreads::enterMonitor);
        Thread locked = start("zoo-locked", LOCK::lock);
        Thread notified = start("zoo-notified", BlockedThreads::waitForNotice);
        Thread sleeper = start("zoo-sleeper", () -> descend(DEPTH));
        Thread owner = start("zoo-thread-local", BlockedThreads::keepThreadLocal);
        awaitState(holder, Thread.State.WAITING);
        awaitState(waiter, Thread.State.BLOCKED);
        awaitState(locked, Thread.State.WAITING);
        awaitState(notified, Thread.State.WAITING);
        awaitState(sleeper, Thread.State.WAITING);
        awaitState(owner, Thread.State.WAITING);
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Polls, because Java tells no one when a thread becomes blocked. */
    private static void awaitState(Thread thread, Thread.State state) {
        long deadlineNanos = System.nanoTime() + 20_000_000_000L;
        while (thread.getState() != state) {
            if (System.nanoTime() > deadlineNanos) {
                throw new IllegalStateException(thread + " is " + thread.getState() + ", not " + state);
            }
            Thread.yield();
        }
    }

    private static void holdMonitor() {
        LOCK.lock();
        synchronized (MONITOR) {
            HELD.countDown();
            awaitForEver();
        }
    }

    private static void enterMonitor() {
        FrameLocal local = new FrameLocal(-1);
        synchronized (MONITOR) {
            local.number = 0;
        }
    }

    private static void waitForNotice() {
        synchronized (CONDITION) {
            try {
                CONDITION.wait();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int descend(int depth) {
        FrameLocal local = new FrameLocal(depth);
        if (depth == 1) {
            awaitForEver();
            return local.number;
        }
        // The local is used after the call, so it is alive in every frame.
        return descend(depth - 1) + local.number;
    }

    private static void keepThreadLocal() {
        ThreadLocal<FrameLocal> value = new ThreadLocal<>();
        value.set(new FrameLocal(-2));
        awaitForEver();
        value.remove();
    }

    private static void awaitForEver() {
        try {
            NEVER.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reachable only from the stack frame that made it. */
    static final class FrameLocal {
        int number;
        final byte[] content = new byte[128];

        FrameLocal(int number) {
            this.number = number;
        }
    }
}
