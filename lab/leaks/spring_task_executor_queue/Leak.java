package lab.leaks.spring_task_executor_queue;

import java.util.concurrent.CountDownLatch;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Spring's {@code @Async} in a pool whose queue has no bound, while the mail server hangs. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(MailConfiguration.class);
        MailService mails = context.getBean(MailService.class);
        for (int mail = 0; mail < 20_000; mail++) {
            mails.send(new Mail("user-" + mail % 900, "Your order " + mail));
        }
        MailService.AT_WORK.await();
        LeakRun.finish(arguments);
    }
}

@Configuration
@EnableAsync
class MailConfiguration {
    @Bean
    ThreadPoolTaskExecutor taskExecutor() {
        ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
        executor.setCorePoolSize(4);
        executor.setMaxPoolSize(64);
        executor.setThreadNamePrefix("mail-");
        // The leak: queueCapacity stays Integer.MAX_VALUE, so maxPoolSize never matters either.
        return executor;
    }

    @Bean
    MailService mailService() {
        return new MailService();
    }
}

class MailService {
    static final CountDownLatch AT_WORK = new CountDownLatch(4);
    private static final CountDownLatch MAIL_SERVER = new CountDownLatch(1);

    @Async
    public void send(Mail mail) throws InterruptedException {
        AT_WORK.countDown();
        // A mail server that takes the connection and does not answer.
        MAIL_SERVER.await();
        System.out.println("sent " + mail);
    }
}

final class Mail {
    private final String to;
    private final String subject;
    private final byte[] body = Payload.bytes(256);

    Mail(String to, String subject) {
        this.to = to;
        this.subject = subject;
    }

    @Override
    public String toString() {
        return subject + " to " + to + ", " + body.length + " bytes";
    }
}
