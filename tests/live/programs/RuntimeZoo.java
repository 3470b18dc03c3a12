import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program with known threads, thread locals, references, finalizers, direct buffers and loaders,
 * which dumps its live objects and ends. Usage: {@code RuntimeZoo DUMP CLASSES}.
 */
public final class RuntimeZoo {
    static final int WORKERS = 3;
    static final int SOFT = 5;
    static final int WEAK = 4;
    static final int LEAKING = 3;
    static final int WAITING = 7;
    static final int BUFFER_BYTES = 1 << 20;

    static final ThreadLocal<byte[]> PER_THREAD = new ThreadLocal<>();
    static final List<SoftReference<Payload>> SOFTLY = new ArrayList<>();
    static final List<WeakReference<Payload>> WEAKLY = new ArrayList<>();
    static final List<Payload> STRONGLY = new ArrayList<>();
    static final Map<Key, Holder> LEAKS = new WeakHashMap<>();
    static final ByteBuffer[] BUFFERS = new ByteBuffer[3];
    static final List<ByteBuffer> VIEWS = new ArrayList<>();
    static final List<Object> LOADED = new ArrayList<>();
    static final ReentrantLock LEFT = new ReentrantLock();
    static final ReentrantLock RIGHT = new ReentrantLock();
    static final CountDownLatch FINALIZING = new CountDownLatch(1);
    static final CountDownLatch NEVER = new CountDownLatch(1);

    private RuntimeZoo() {}

    public static void main(String[] arguments) throws Exception {
        startWorkers();
        for (int number = 0; number < SOFT; number++) {
            SOFTLY.add(new SoftReference<>(new Payload()));
        }
        for (int number = 0; number < WEAK; number++) {
            STRONGLY.add(new Payload());
            WEAKLY.add(new WeakReference<>(STRONGLY.get(number)));
        }
        for (int number = 0; number < LEAKING; number++) {
            Key key = new Key();
            LEAKS.put(key, new Holder(key));
        }
        for (int number = 0; number < BUFFERS.length; number++) {
            BUFFERS[number] = ByteBuffer.allocateDirect(BUFFER_BYTES);
            VIEWS.add(BUFFERS[number].slice());
        }
        loadTwice(new File(arguments[1]).toURI().toURL());
        startDeadlock();
        blockFinalizers();
        System.getenv();
        ManagementFactory.getRuntimeMXBean().getInputArguments();
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(arguments[0], true);
        Runtime.getRuntime().halt(0);
    }

    private static void startWorkers() throws InterruptedException {
        AtomicInteger count = new AtomicInteger();
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS, work -> {
            Thread thread = new Thread(work, "zoo-pool-7-thread-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        CountDownLatch ready = new CountDownLatch(WORKERS);
        for (int number = 0; number < WORKERS; number++) {
            workers.execute(() -> {
                PER_THREAD.set(new byte[10_000]);
                new ThreadLocal<Payload>().set(new Payload());
                ready.countDown();
                await(NEVER);
            });
        }
        ready.await();
    }

    private static void loadTwice(URL folder) throws Exception {
        for (int number = 0; number < 2; number++) {
            URLClassLoader loader = new URLClassLoader(new URL[] {folder}, null);
            LOADED.add(loader.loadClass("Visitor").getClassLoader());
        }
    }

    private static void startDeadlock() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        Thread one = locking("zoo-left", LEFT, RIGHT, both);
        Thread other = locking("zoo-right", RIGHT, LEFT, both);
        poll(() -> one.getState() == Thread.State.WAITING && other.getState() == Thread.State.WAITING
                && LEFT.hasQueuedThread(other) && RIGHT.hasQueuedThread(one));
    }

    private static Thread locking(String name, ReentrantLock own, ReentrantLock wanted, CountDownLatch both) {
        Thread thread = new Thread(() -> {
            own.lock();
            both.countDown();
            await(both);
            wanted.lock();
        }, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** One finalizer that never returns, and then objects whose finalizers wait for it. */
    private static void blockFinalizers() throws InterruptedException {
        make(1, true);
        poll(() -> {
            System.gc();
            return FINALIZING.getCount() == 0;
        });
        make(WAITING, false);
        poll(() -> {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getObjectPendingFinalizationCount() >= WAITING;
        });
    }

    private static void make(int count, boolean blocking) {
        for (int number = 0; number < count; number++) {
            Object made = blocking ? new Blocking() : new Waiting();
            if (made.hashCode() == 0) {
                System.out.print("");
            }
        }
    }

    private interface Condition {
        boolean holds();
    }

    /** Polls, because nothing tells when a thread is parked or a reference is queued. */
    private static void poll(Condition condition) {
        long deadlineNanos = System.nanoTime() + 60_000_000_000L;
        while (!condition.holds()) {
            if (System.nanoTime() > deadlineNanos) {
                throw new IllegalStateException("waited in vain");
            }
            Thread.yield();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    static final class Payload {
        final byte[] content = new byte[1000];
    }

    static final class Key {
        final byte[] content = new byte[100];
    }

    static final class Holder {
        final Key key;

        Holder(Key key) {
            this.key = key;
        }
    }

    @SuppressWarnings({"deprecation", "removal"})
    static final class Blocking {
        @Override
        protected void finalize() {
            FINALIZING.countDown();
            RuntimeZoo.await(NEVER);
        }
    }

    @SuppressWarnings({"deprecation", "removal"})
    static final class Waiting {
        final byte[] content = new byte[200];

        @Override
        protected void finalize() {
            STRONGLY.clear();
        }
    }
}
