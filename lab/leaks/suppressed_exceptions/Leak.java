package lab.leaks.suppressed_exceptions;

import java.io.IOException;
import lab.leaks.LeakRun;

/** A connection that remembers why it is broken: every attempt, in one exception. */
public final class Leak {
    private static final UplinkConnection UPLINK = new UplinkConnection();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int attempt = 0; attempt < 20_000; attempt++) {
            UPLINK.reconnect(attempt);
        }
        LeakRun.finish(arguments);
    }
}

final class UplinkConnection {
    private UplinkException failure;

    void reconnect(int attempt) {
        UplinkException refused = new UplinkException("refused at attempt " + attempt);
        if (failure == null) {
            failure = refused;
        } else {
            // The leak: the first failure collects all that follow, with their stack traces.
            failure.addSuppressed(refused);
        }
    }
}

final class UplinkException extends Exception {
    private static final long serialVersionUID = 1L;

    UplinkException(String message) {
        super(message);
    }
}
