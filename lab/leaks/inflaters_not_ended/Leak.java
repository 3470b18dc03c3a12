package lab.leaks.inflaters_not_ended;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import lab.leaks.LeakRun;

/** An inflater for each connection; the connections end, the inflaters do not. */
public final class Leak {
    private static final GatewayServer SERVER = new GatewayServer();

    private Leak() {}

    public static void main(String[] arguments) throws IOException, DataFormatException {
        byte[] hello = compressed("hello from the device");
        for (int connection = 0; connection < 500; connection++) {
            SERVER.receive("10.1.0." + connection, hello);
        }
        LeakRun.finish(arguments);
    }

    private static byte[] compressed(String text) {
        Deflater deflater = new Deflater();
        deflater.setInput(text.getBytes());
        deflater.finish();
        byte[] output = new byte[128];
        deflater.deflate(output);
        deflater.end();
        return output;
    }
}

final class GatewayServer {
    private final Map<String, MessageCodec> codecs = new HashMap<>();

    void receive(String peer, byte[] message) throws DataFormatException {
        codecs.computeIfAbsent(peer, MessageCodec::new).decode(message);
    }
}

final class MessageCodec {
    private final String peer;
    // The leak: 40 KB outside the heap, until end() is called or the object is collected.
    private final Inflater inflater = new Inflater();
    private int decodedBytes;

    MessageCodec(String peer) {
        this.peer = peer;
    }

    void decode(byte[] message) throws DataFormatException {
        inflater.reset();
        inflater.setInput(message);
        decodedBytes += inflater.inflate(new byte[128]);
    }

    @Override
    public String toString() {
        return peer + ", " + decodedBytes + " bytes";
    }
}
