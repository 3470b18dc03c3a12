package lab.leaks.hikari_idle_pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lab.leaks.LeakRun;

/** A HikariCP pool after a busy hour: all its connections are open, and all are given back. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws Exception {
        OrderDao orders = new OrderDao();
        ExecutorService requests = Executors.newFixedThreadPool(8);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int customer = 0; customer < 400; customer++) {
            int number = customer;
            answers.add(requests.submit(() -> orders.countOf(number)));
        }
        for (Future<Integer> answer : answers) {
            answer.get();
        }
        orders.awaitIdle(OrderDao.POOL_SIZE);
        LeakRun.finish(arguments);
    }
}

final class OrderDao {
    static final int POOL_SIZE = 30;

    private final HikariDataSource dataSource;

    OrderDao() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setPoolName("orders");
        config.setJdbcUrl("jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1");
        config.setMaximumPoolSize(POOL_SIZE);
        dataSource = new HikariDataSource(config);
        try (Connection connection = dataSource.getConnection()) {
            connection.createStatement().execute("create table orders(id int primary key, customer int)");
        }
    }

    int countOf(int customer) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("select count(*) from orders where customer = ?")) {
            statement.setInt(1, customer);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    void awaitIdle(int connections) throws InterruptedException {
        while (dataSource.getHikariPoolMXBean().getIdleConnections() < connections) {
            Thread.sleep(10);
        }
    }
}
