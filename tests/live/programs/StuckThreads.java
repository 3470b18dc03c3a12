import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that stand still in every way a thread dump can tell, and some that work.
 *
 * <p>Arguments say which: deadlocks, classes, blocked, pools, names, virtual. Each line of its standard input
 * is a command: {@code more NAME COUNT} starts threads NAME-1 ... that wait, {@code spin NAME} one
 * that works, {@code calm} ends those that work.
 */
public final class StuckThreads {
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static final AtomicInteger CLASSES = new AtomicInteger();
    private static final String[] ODD_NAMES = {
        "a \"quoted\" name",
        "two\nlines",
        "line\nand \"quote\" #1 prio=5",
        "bell\u0007 and \u001b[31mred\u001b[0m",
        "\u8ba2\u5355\u5904\u7406-\u7ebf\u7a0b-1",
        "smile \ud83d\ude00",
        "tab\there",
        "",
        " ",
    };

    private static volatile boolean spinning = true;
    private static volatile long worked;

    private StuckThreads() {}

    public static void main(String[] arguments) throws Exception {
        for (String what : arguments) {
            if (what.equals("deadlocks")) {
                startDeadlocks();
            } else if (what.equals("classes")) {
                startClassRing();
            } else if (what.equals("blocked")) {
                startBlocked();
            } else if (what.equals("pools")) {
                start("http-nio-8080-exec-", 12, StuckThreads::awaitForEver);
                start("pool-1-thread-", 3, StuckThreads::awaitForEver);
                start("pool-2-thread-", 2, StuckThreads::sleepForEver);
            } else if (what.equals("names")) {
                for (String name : ODD_NAMES) {
                    started(new Thread(StuckThreads::awaitForEver, name), Thread.State.WAITING);
                }
            } else if (what.equals("virtual")) {
                startVirtual();
            }
        }
        System.out.println("READY");
        obey(new Scanner(System.in, "UTF-8"));
    }

    private static void obey(Scanner lines) throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        while (lines.hasNextLine()) {
            String[] words = lines.nextLine().split(" ");
            if (words[0].equals("more")) {
                start(words[1] + "-", Integer.parseInt(words[2]), StuckThreads::awaitForEver);
            } else if (words[0].equals("spin")) {
                spinning = true;
                Thread worker = new Thread(StuckThreads::work, words[1]);
                worker.setDaemon(true);
                worker.start();
                workers.add(worker);
            } else if (words[0].equals("calm")) {
                spinning = false;
                for (Thread worker : workers) {
                    worker.join();
                }
            }
            System.out.println("DONE");
        }
    }

    /** Two monitors; two locks; a monitor and a lock: three rings of two threads. */
    private static void startDeadlocks() throws InterruptedException {
        Object a = new Object();
        Object b = new StringBuilder();
        ReentrantLock c = new ReentrantLock();
        ReentrantLock d = new ReentrantLock(true);
        Object e = new Object();
        ReentrantLock f = new ReentrantLock();
        AtomicInteger[] pairs = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        List<Thread> threads = new ArrayList<>();
        threads.add(new Thread(() -> synchronizedTwice(a, b, pairs[0]), "monitor-ring-1"));
        threads.add(new Thread(() -> synchronizedTwice(b, a, pairs[0]), "monitor-ring-2"));
        threads.add(new Thread(() -> lockTwice(c, d, pairs[1]), "lock-ring-1"));
        threads.add(new Thread(() -> lockTwice(d, c, pairs[1]), "lock-ring-2"));
        threads.add(new Thread(() -> monitorThenLock(e, f, pairs[2]), "mixed-ring-1"));
        threads.add(new Thread(() -> lockThenMonitor(f, e, pairs[2]), "mixed-ring-2"));
        for (Thread thread : threads) {
            thread.setDaemon(true);
            thread.start();
        }
        for (Thread thread : threads) {
            awaitStopped(thread);
        }
    }

    /** Two classes that each need the other to be initialized. */
    private static void startClassRing() throws InterruptedException {
        Thread left = new Thread(Left::touch, "class-ring-1");
        Thread right = new Thread(Right::touch, "class-ring-2");
        left.setDaemon(true);
        right.setDaemon(true);
        left.start();
        right.start();
        // They count as runnable for ever; what tells is that both are past their meeting.
        long deadlineNanos = System.nanoTime() + 20_000_000_000L;
        while (isIn(left, "meet") || isIn(right, "meet") || CLASSES.get() < 2) {
            if (System.nanoTime() > deadlineNanos) {
                throw new IllegalStateException("the classes do not meet");
            }
            Thread.sleep(1);
        }
    }

    private static boolean isIn(Thread thread, String method) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }

    static final class Left {
        static {
            meet(CLASSES);
            Right.touch();
        }

        static void touch() {
            worked++;
        }
    }

    static final class Right {
        static {
            meet(CLASSES);
            Left.touch();
        }

        static void touch() {
            worked++;
        }
    }

    private static void synchronizedTwice(Object first, Object second, AtomicInteger both) {
        synchronized (first) {
            meet(both);
            synchronized (second) {
                worked++;
            }
        }
    }

    private static void lockTwice(ReentrantLock first, ReentrantLock second, AtomicInteger both) {
        first.lock();
        meet(both);
        second.lock();
    }

    private static void monitorThenLock(Object first, ReentrantLock second, AtomicInteger both) {
        synchronized (first) {
            meet(both);
            second.lock();
        }
    }

    private static void lockThenMonitor(ReentrantLock first, Object second, AtomicInteger both) {
        first.lock();
        meet(both);
        synchronized (second) {
            worked++;
        }
    }

    /** Without waiting, so that a thread that waits is one in its ring. */
    private static void meet(AtomicInteger both) {
        both.incrementAndGet();
        while (both.get() < 2) {
            Thread.yield();
        }
    }

    /** The holder blocks the middle one and three workers; the middle one blocks two more. */
    private static void startBlocked() throws InterruptedException {
        Object ledger = new Object();
        ReentrantLock account = new ReentrantLock();
        CountDownLatch held = new CountDownLatch(1);
        Thread holder = new Thread(() -> holdBoth(ledger, held), "ledger-holder");
        holder.setDaemon(true);
        holder.start();
        held.await();
        started(new Thread(() -> holdAndEnter(account, ledger), "account-holder"), Thread.State.BLOCKED);
        start("order-worker-", 3, () -> enter(ledger), Thread.State.BLOCKED);
        start("account-worker-", 2, account::lock, Thread.State.WAITING);
        start("notified-", 2, () -> waitOn(new Object()), Thread.State.WAITING);
    }

    private static void holdBoth(Object monitor, CountDownLatch held) {
        synchronized (monitor) {
            held.countDown();
            awaitForEver();
        }
    }

    private static void holdAndEnter(ReentrantLock lock, Object monitor) {
        lock.lock();
        enter(monitor);
    }

    private static void enter(Object monitor) {
        synchronized (monitor) {
            worked++;
        }
    }

    private static void waitOn(Object condition) {
        synchronized (condition) {
            try {
                condition.wait();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Twenty that wait, one that blocks its carrier where monitors do that, one that is at work. */
    private static void startVirtual() throws Exception {
        for (int i = 1; i <= 20; i++) {
            startVirtual("virtual-waiter-" + i, StuckThreads::awaitForEver);
        }
        startVirtual("virtual-in-monitor", () -> waitInMonitor(new Object()));
        startVirtual("virtual-worker", StuckThreads::work);
    }

    /** By reflection: the program is compiled for Java 8. */
    private static void startVirtual(String name, Runnable work) throws Exception {
        Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
        try {
            Object made = Thread.class.getMethod("ofVirtual").invoke(null);
            made = builder.getMethod("name", String.class).invoke(made, name);
            builder.getMethod("start", Runnable.class).invoke(made, work);
        } catch (InvocationTargetException refused) {
            throw new IllegalStateException(refused.getCause());
        }
    }

    private static void waitInMonitor(Object monitor) {
        synchronized (monitor) {
            awaitForEver();
        }
    }

    private static void work() {
        long sum = 0;
        while (spinning) {
            sum += sum ^ 7;
            worked = sum;
        }
    }

    private static void awaitForEver() {
        try {
            NEVER.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleepForEver() {
        try {
            Thread.sleep(Long.MAX_VALUE / 1_000_000);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(String name, int count, Runnable work) throws InterruptedException {
        start(name, count, work, null);
    }

    private static void start(String name, int count, Runnable work, Thread.State state)
            throws InterruptedException {
        for (int i = 1; i <= count; i++) {
            Thread thread = new Thread(work, name + i);
            if (state == null) {
                thread.setDaemon(true);
                thread.start();
                awaitStopped(thread);
            } else {
                started(thread, state);
            }
        }
    }

    private static void started(Thread thread, Thread.State state) throws InterruptedException {
        thread.setDaemon(true);
        thread.start();
        awaitStopped(thread);
        if (thread.getState() != state) {
            throw new IllegalStateException(thread + " is " + thread.getState() + ", not " + state);
        }
    }

    /** Polls, because Java tells no one when a thread stops. */
    private static void awaitStopped(Thread thread) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + 20_000_000_000L;
        while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) {
            if (System.nanoTime() > deadlineNanos) {
                throw new IllegalStateException(thread + " does not stop");
            }
            Thread.sleep(1);
        }
    }
}
