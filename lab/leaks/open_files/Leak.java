package lab.leaks.open_files;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Log tails for a web page: the visitor leaves, the file stays open. */
public final class Leak {
    private static final TailService SERVICE = new TailService();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        File log = File.createTempFile("service", ".log");
        for (int visitor = 0; visitor < 350; visitor++) {
            SERVICE.follow(log).readMore();
        }
        log.delete();
        LeakRun.finish(arguments);
    }
}

final class TailService {
    private final List<LogTail> tails = new ArrayList<>();

    LogTail follow(File log) throws IOException {
        LogTail tail = new LogTail(log);
        // The leak: nothing tells the service that the page was closed.
        tails.add(tail);
        return tail;
    }
}

final class LogTail {
    private final FileInputStream input;
    private final byte[] window = Payload.bytes(8 * 1024);

    LogTail(File log) throws IOException {
        this.input = new FileInputStream(log);
    }

    int readMore() throws IOException {
        return input.read(window);
    }
}
