package lab.leaks.mapped_files;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;

/** An index that maps a segment of a file for each day, and unmaps none. */
public final class Leak {
    private static final SegmentIndex INDEX = new SegmentIndex();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Files.createTempFile("segments", ".idx");
        for (int day = 0; day < 400; day++) {
            INDEX.open(file, day);
        }
        Files.delete(file);
        LeakRun.finish(arguments);
    }
}

final class SegmentIndex {
    private static final int SEGMENT_BYTES = 256 * 1024;

    private final Map<Integer, MappedByteBuffer> segments = new HashMap<>();

    void open(Path file, int day) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // The leak: closing the channel does not unmap, and old days are never taken out.
            long position = (long) day * SEGMENT_BYTES;
            segments.put(day, channel.map(FileChannel.MapMode.READ_WRITE, position, SEGMENT_BYTES));
        }
    }
}
