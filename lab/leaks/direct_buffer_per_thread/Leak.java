package lab.leaks.direct_buffer_per_thread;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import lab.leaks.LeakRun;

/** Large heap buffers written to a channel: the JDK keeps a direct copy for each thread. */
public final class Leak {
    private static final int WRITERS = 32;
    private static final ArchiveWriter WRITER = new ArchiveWriter(WRITERS);

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        Path archive = Files.createTempFile("archive", ".bin");
        CountDownLatch written = new CountDownLatch(WRITERS);
        for (int recording = 0; recording < WRITERS; recording++) {
            WRITER.write(archive, written);
        }
        written.await();
        Files.delete(archive);
        LeakRun.finish(arguments);
    }
}

final class ArchiveWriter {
    private final ExecutorService pool;

    ArchiveWriter(int writers) {
        this.pool = Executors.newFixedThreadPool(writers);
    }

    void write(Path archive, CountDownLatch written) {
        pool.execute(() -> {
            try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.WRITE)) {
                // The leak: a heap buffer is copied to a direct one of its size, which stays with
                // the thread for the next time.
                channel.write(ByteBuffer.wrap(new byte[1024 * 1024]), 0);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } finally {
                written.countDown();
            }
        });
    }
}
