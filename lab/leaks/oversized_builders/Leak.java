package lab.leaks.oversized_builders;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** A line buffer in each connection, as large as the longest line that ever came. */
public final class Leak {
    private static final LineServer SERVER = new LineServer();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int number = 0; number < 400; number++) {
            LineConnection connection = SERVER.accept();
            connection.read(new char[20_000]);
            connection.endOfLine();
            connection.read("PING".toCharArray());
        }
        LeakRun.finish(arguments);
    }
}

final class LineServer {
    private final List<LineConnection> connections = new ArrayList<>();

    LineConnection accept() {
        LineConnection connection = new LineConnection();
        connections.add(connection);
        return connection;
    }
}

final class LineConnection {
    private final StringBuilder line = new StringBuilder();
    private int lines;

    void read(char[] text) {
        line.append(text);
    }

    void endOfLine() {
        // The waste: the length becomes 0, the array behind it stays as large as it was.
        line.setLength(0);
        lines++;
    }
}
