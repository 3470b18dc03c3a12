package lab.leaks.spring_bean_per_request;

import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Payload;
import org.springframework.context.support.GenericApplicationContext;

/** A bean registered for each upload: to Spring it is a singleton, and it stays with the context. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        GenericApplicationContext context = new GenericApplicationContext();
        context.refresh();
        UploadController uploads = new UploadController(context);
        for (int upload = 0; upload < 3_000; upload++) {
            uploads.receive("upload-" + upload);
        }
        LeakRun.finish(arguments);
    }
}

final class UploadController {
    private final GenericApplicationContext context;

    UploadController(GenericApplicationContext context) {
        this.context = context;
    }

    int receive(String upload) {
        // The leak: a definition and a singleton for each request, and nobody removes them.
        context.registerBean(upload, UploadJob.class, () -> new UploadJob(upload));
        return context.getBean(upload, UploadJob.class).run();
    }
}

final class UploadJob implements AutoCloseable {
    private final String upload;
    private final byte[] firstBlock = Payload.bytes(2_048);

    UploadJob(String upload) {
        this.upload = upload;
    }

    int run() {
        return upload.length() + firstBlock.length;
    }

    @Override
    public void close() {
        firstBlock[0] = 0;
    }
}
