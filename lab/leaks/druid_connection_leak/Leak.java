package lab.leaks.druid_connection_leak;

import com.alibaba.druid.pool.DruidDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;

/** Druid connections that are lost when an insert fails; Druid was told to note who borrows. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        AlarmDao alarms = new AlarmDao();
        ExecutorService requests = Executors.newFixedThreadPool(4);
        for (int alarm = 0; alarm < AlarmDao.POOL_SIZE + 4; alarm++) {
            requests.submit(() -> {
                alarms.save(7, "line crossed");
                return null;
            });
        }
        alarms.awaitExhausted(4);
        LeakRun.finish(arguments);
    }
}

final class AlarmDao {
    static final int POOL_SIZE = 30;

    private final DruidDataSource dataSource = new DruidDataSource();

    AlarmDao() throws SQLException {
        dataSource.setUrl("jdbc:h2:mem:alarms;DB_CLOSE_DELAY=-1");
        dataSource.setMaxActive(POOL_SIZE);
        // Notes each borrower; with a time-out of hours it gives nothing back for now.
        dataSource.setRemoveAbandoned(true);
        dataSource.setRemoveAbandonedTimeoutMillis(4 * 3_600_000L);
        try (Connection connection = dataSource.getConnection()) {
            connection.createStatement().execute("create table alarm(id int, text varchar(80) not null)");
        }
    }

    void save(int id, String text) throws SQLException {
        Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement("insert into alarm(id, text) values(?, null)");
        statement.setInt(1, id);
        // The leak: this throws for each alarm without text, and close() is never reached.
        statement.executeUpdate();
        connection.close();
        System.out.println("saved " + text);
    }

    /** Requests wait for the pool's first connections too, so it must be empty as well. */
    void awaitExhausted(int threads) throws InterruptedException {
        while (dataSource.getActiveCount() < POOL_SIZE || dataSource.getWaitThreadCount() < threads) {
            Thread.sleep(10);
        }
    }
}
