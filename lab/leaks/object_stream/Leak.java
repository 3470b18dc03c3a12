package lab.leaks.object_stream;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A journal that writes objects to one stream for ever, and never resets it. */
public final class Leak {
    private Leak() {}

    private static AuditJournal journal;

    public static void main(String[] arguments) throws IOException {
        journal = new AuditJournal(new Nowhere());
        for (int entry = 0; entry < 25_000; entry++) {
            journal.write(new AuditEntry("user-" + entry % 90, "opened camera " + entry));
        }
        LeakRun.finish(arguments);
    }
}

final class AuditJournal {
    private final ObjectOutputStream stream;

    AuditJournal(OutputStream output) throws IOException {
        this.stream = new ObjectOutputStream(output);
    }

    void write(AuditEntry entry) throws IOException {
        // The leak: the stream remembers each object, to write a reference if it comes again.
        stream.writeObject(entry);
        stream.flush();
    }
}

final class AuditEntry implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String user;
    private final String action;
    private final byte[] signature = Payload.bytes(64);

    AuditEntry(String user, String action) {
        this.user = user;
        this.action = action;
    }

    @Override
    public String toString() {
        return user + " " + action + ", signature of " + signature.length;
    }
}

/** Stands for the file or the socket. */
final class Nowhere extends OutputStream {
    @Override
    public void write(int octet) {
        // Gone.
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        // Gone.
    }
}
