package lab.leaks.hikari_connection_leak;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;

/** Connections borrowed from a HikariCP pool that one path through the code never gives back. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        DeviceDao devices = new DeviceDao();
        ExecutorService requests = Executors.newFixedThreadPool(6);
        for (int request = 0; request < DeviceDao.POOL_SIZE + 6; request++) {
            int device = 1_000 + request;
            requests.submit(() -> devices.nameOf(device));
        }
        devices.awaitExhausted(6);
        LeakRun.finish(arguments);
    }
}

final class DeviceDao {
    static final int POOL_SIZE = 40;

    private final HikariDataSource dataSource;

    DeviceDao() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setPoolName("devices");
        config.setJdbcUrl("jdbc:h2:mem:devices;DB_CLOSE_DELAY=-1");
        config.setMaximumPoolSize(POOL_SIZE);
        dataSource = new HikariDataSource(config);
        try (Connection connection = dataSource.getConnection()) {
            connection.createStatement().execute("create table device(id int primary key, name varchar(80))");
        }
    }

    String nameOf(int device) throws SQLException {
        Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement("select name from device where id = ?");
        statement.setInt(1, device);
        ResultSet rows = statement.executeQuery();
        if (!rows.next()) {
            // The leak: this way out closes nothing.
            return "unknown";
        }
        String name = rows.getString(1);
        connection.close();
        return name;
    }

    /** Requests wait for the pool's first connections too, so it must be empty as well. */
    void awaitExhausted(int threads) throws InterruptedException {
        HikariPoolMXBean pool = dataSource.getHikariPoolMXBean();
        while (pool.getActiveConnections() < POOL_SIZE || pool.getThreadsAwaitingConnection() < threads) {
            Thread.sleep(10);
        }
    }
}
