package lab.leaks.spring_at_rest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** A Spring service after its work: caches of countries, pools that wait, prototypes long collected. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Service.class);
        CountryService countries = context.getBean(CountryService.class);
        ThreadPoolTaskExecutor executor = context.getBean("taskExecutor", ThreadPoolTaskExecutor.class);
        List<Future<String>> answers = new ArrayList<>();
        for (int request = 0; request < 5_000; request++) {
            int number = request;
            answers.add(executor.submit(() -> countries.nameOf("C" + number % 200) + context.getBean(Form.class)));
        }
        for (Future<String> answer : answers) {
            answer.get();
        }
        answers.clear();
        context.publishEvent("all answered");
        context.getBean(Heartbeat.class).awaitBeat();
        LeakRun.finish(arguments);
    }
}

@Configuration
@EnableCaching
@EnableAsync
@EnableScheduling
class Service {
    @Bean
    CacheManager cacheManager() {
        return new ConcurrentMapCacheManager("countries");
    }

    @Bean
    ThreadPoolTaskExecutor taskExecutor() {
        ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
        executor.setCorePoolSize(8);
        return executor;
    }

    @Bean
    ThreadPoolTaskScheduler taskScheduler() {
        return new ThreadPoolTaskScheduler();
    }

    @Bean
    CountryService countryService() {
        return new CountryService();
    }

    @Bean
    Heartbeat heartbeat() {
        return new Heartbeat();
    }

    @Bean
    @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
    Form form() {
        return new Form();
    }
}

class CountryService {
    @Cacheable("countries")
    public String nameOf(String code) {
        return "country " + code;
    }
}

class Heartbeat {
    private final CountDownLatch beats = new CountDownLatch(1);
    private String lastEvent = "none";

    @Scheduled(fixedDelay = 1_000)
    public void beat() {
        beats.countDown();
    }

    @EventListener
    public void note(String event) {
        lastEvent = event;
    }

    public void awaitBeat() throws InterruptedException {
        beats.await();
        System.out.println("at rest after: " + lastEvent);
    }
}

final class Form {
    private final byte[] fields = Payload.bytes(2_000);

    @Override
    public String toString() {
        return ", form of " + fields.length + " bytes";
    }
}
