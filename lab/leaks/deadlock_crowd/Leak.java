package lab.leaks.deadlock_crowd;

import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Two transfers that lock two accounts in opposite order, and all who come after them. */
public final class Leak {
    private static final int VISITORS = 80;

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        Ledger first = new Ledger("first");
        Ledger second = new Ledger("second");
        CountDownLatch bothLocked = new CountDownLatch(2);
        start("transfer-out", () -> new Transfer(first, second, bothLocked).run());
        start("transfer-in", () -> new Transfer(second, first, bothLocked).run());
        bothLocked.await();
        Thread[] visitors = new Thread[VISITORS];
        for (int visitor = 0; visitor < VISITORS; visitor++) {
            visitors[visitor] = start("visitor-" + visitor, new BalanceRequest(first));
        }
        for (Thread visitor : visitors) {
            while (visitor.getState() != Thread.State.BLOCKED) {
                Thread.yield();
            }
        }
        LeakRun.finish(arguments);
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

final class Ledger {
    private final String name;
    private long balance = 100;

    Ledger(String name) {
        this.name = name;
    }

    synchronized void add(long amount) {
        balance += amount;
    }

    synchronized String report() {
        return name + " " + balance;
    }
}

final class Transfer implements Runnable {
    private final Ledger from;
    private final Ledger to;
    private final CountDownLatch bothLocked;

    Transfer(Ledger from, Ledger to, CountDownLatch bothLocked) {
        this.from = from;
        this.to = to;
        this.bothLocked = bothLocked;
    }

    @Override
    public void run() {
        synchronized (from) {
            bothLocked.countDown();
            try {
                bothLocked.await();
            } catch (InterruptedException stopped) {
                return;
            }
            from.add(-1);
            // The mistake: the other transfer holds this one and wants the one that we hold.
            to.add(1);
        }
    }
}

final class BalanceRequest implements Runnable {
    private final byte[] request = Payload.bytes(64 * 1024);
    private final Ledger ledger;

    BalanceRequest(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void run() {
        String report = ledger.report();
        request[0] = (byte) report.length();
    }
}
