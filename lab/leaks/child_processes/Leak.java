package lab.leaks.child_processes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** A transcoder process for each recording, which waits for more input for ever. */
public final class Leak {
    private static final TranscoderService SERVICE = new TranscoderService();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int recording = 0; recording < 20; recording++) {
            SERVICE.transcode("recording-" + recording);
        }
        LeakRun.finish(arguments);
    }
}

final class TranscoderService {
    private final List<Process> transcoders = new ArrayList<>();

    void transcode(String recording) throws IOException {
        // cat stands for the transcoder: it ends when its input is closed.
        Process transcoder = new ProcessBuilder("cat").start();
        transcoder.getOutputStream().write(recording.getBytes());
        transcoder.getOutputStream().flush();
        // The leak: input not closed, output not read, process neither awaited nor destroyed.
        transcoders.add(transcoder);
    }
}
