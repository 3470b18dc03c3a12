package lab.leaks.spring_async_threads;

import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** Spring's {@code @Async} with a SimpleAsyncTaskExecutor: not a pool, a thread for each call. */
public final class Leak {
    static final int CALLS = 300;

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(ReportConfiguration.class);
        ReportService reports = context.getBean(ReportService.class);
        for (int report = 0; report < CALLS; report++) {
            reports.render("report-" + report);
        }
        ReportService.AT_WORK.await();
        LeakRun.finish(arguments);
    }
}

@Configuration
@EnableAsync
class ReportConfiguration {
    @Bean
    TaskExecutor taskExecutor() {
        // The leak: no pool, and concurrencyLimit is -1 until someone sets it.
        return new SimpleAsyncTaskExecutor();
    }

    @Bean
    ReportService reportService() {
        return new ReportService();
    }
}

class ReportService {
    static final CountDownLatch AT_WORK = new CountDownLatch(Leak.CALLS);
    private static final CountDownLatch RENDERER = new CountDownLatch(1);

    @Async
    public void render(String report) throws InterruptedException {
        byte[] page = Payload.bytes(16 * 1024);
        AT_WORK.countDown();
        // The renderer is a process that hangs.
        RENDERER.await();
        System.out.println(report + ": " + page.length + " bytes");
    }
}
