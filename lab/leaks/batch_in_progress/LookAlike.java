package lab.leaks.batch_in_progress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A nightly job at work: its rows are in a local variable, and go when it is done. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        NightlyReport report = new NightlyReport(arguments);
        Thread job = new Thread(report, "nightly-report");
        job.start();
        job.join();
        LeakRun.finish(arguments);
    }
}

final class NightlyReport implements Runnable {
    private final String[] arguments;

    NightlyReport(String[] arguments) {
        this.arguments = arguments;
    }

    @Override
    public void run() {
        List<ReportRow> rows = new ArrayList<>();
        for (int day = 0; day < 40_000; day++) {
            rows.add(new ReportRow(day));
        }
        write(rows);
    }

    private void write(List<ReportRow> rows) {
        long sum = 0;
        for (ReportRow row : rows) {
            sum += row.alarms;
            if (row.day == 20_000) {
                dumpHalfWay();
            }
        }
        System.out.println(sum);
    }

    private void dumpHalfWay() {
        try {
            LeakRun.finish(arguments);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }
}

final class ReportRow {
    final int day;
    final long alarms;
    private final double[] meanByHour = Payload.doubles(24);

    ReportRow(int day) {
        this.day = day;
        this.alarms = day % 7;
    }
}
