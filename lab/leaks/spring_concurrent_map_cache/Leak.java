package lab.leaks.spring_concurrent_map_cache;

import java.io.IOException;
import java.math.BigDecimal;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Spring's {@code @Cacheable} with the cache that comes along: a map that is never cleared. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(CacheConfiguration.class);
        QuoteService quotes = context.getBean(QuoteService.class);
        for (int route = 0; route < 15_000; route++) {
            quotes.quote("port-" + route % 120 + "/port-" + route / 120, route % 40);
        }
        LeakRun.finish(arguments);
    }
}

@Configuration
@EnableCaching
class CacheConfiguration {
    @Bean
    CacheManager cacheManager() {
        // The leak: ConcurrentMapCache has no size and no expiry; it is what Spring Boot takes by default.
        return new ConcurrentMapCacheManager();
    }

    @Bean
    QuoteService quoteService() {
        return new QuoteService();
    }
}

class QuoteService {
    @Cacheable("quotes")
    public Quote quote(String route, int containers) {
        return new Quote(route, containers, BigDecimal.valueOf(route.length() * containers, 2));
    }
}

final class Quote {
    private final String route;
    private final int containers;
    private final BigDecimal price;
    private final byte[] terms = Payload.bytes(300);

    Quote(String route, int containers, BigDecimal price) {
        this.route = route;
        this.containers = containers;
        this.price = price;
    }

    @Override
    public String toString() {
        return containers + " on " + route + ": " + price + ", " + terms.length + " bytes of terms";
    }
}
