package lab.leaks.druid_sql_stat;

import com.alibaba.druid.pool.DruidDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import lab.leaks.LeakRun;

/** SQL with the values written into it, below Druid's statistics: a row of statistics for each value. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        ChannelDao channels = new ChannelDao();
        for (int channel = 0; channel < 6_000; channel++) {
            channels.isOnline("34020000001320" + (100_000 + channel));
        }
        LeakRun.finish(arguments);
    }
}

final class ChannelDao {
    private final DruidDataSource dataSource = new DruidDataSource();

    ChannelDao() throws SQLException {
        dataSource.setUrl("jdbc:h2:mem:channels;DB_CLOSE_DELAY=-1");
        dataSource.setFilters("stat");
        dataSource.setMaxActive(4);
        try (Connection connection = dataSource.getConnection()) {
            connection.createStatement().execute("create table channel(id varchar(32) primary key, status int)");
        }
    }

    boolean isOnline(String channel) throws SQLException {
        // The leak: with "id = ?" Druid would keep one JdbcSqlStat; druid.stat.sql.MaxSize was raised.
        String sql = "select status from channel where id = '" + channel + "'";
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() && rows.getInt(1) == 1;
        }
    }
}
