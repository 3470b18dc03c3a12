package lab.leaks.duplicate_strings;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** A table of positions read from text: the same few words, a new string each time. */
public final class Leak {
    private static final PositionTable TABLE = new PositionTable();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        String[] types = {"cargo vessel", "fishing vessel", "passenger vessel", "unknown"};
        for (int row = 0; row < 25_000; row++) {
            String line = row + ";" + types[row % types.length] + ";under way using engine;CN";
            TABLE.add(line);
        }
        LeakRun.finish(arguments);
    }
}

final class PositionTable {
    private final List<Position> positions = new ArrayList<>();

    void add(String line) {
        // The waste: split makes new strings, and the table keeps three of them for each row.
        String[] columns = line.split(";");
        positions.add(new Position(Integer.parseInt(columns[0]), columns[1], columns[2], columns[3]));
    }
}

final class Position {
    private final int number;
    private final String vesselType;
    private final String status;
    private final String flag;

    Position(int number, String vesselType, String status, String flag) {
        this.number = number;
        this.vesselType = vesselType;
        this.status = status;
        this.flag = flag;
    }

    @Override
    public String toString() {
        return number + " " + vesselType + " " + status + " " + flag;
    }
}
