package lab.leaks;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.function.ToIntFunction;

/**
 * The other side of programs that talk to a server: on the loopback interface, at a free port. It
 * lives in the same heap as the leak, so it keeps next to nothing: one thread, no buffer for a peer.
 */
public final class Loopback implements Closeable {
    private static final int LARGEST_REQUEST_BYTES = 64 * 1024;

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listening = ServerSocketChannel.open();
    private final ByteBuffer received = ByteBuffer.allocateDirect(LARGEST_REQUEST_BYTES);
    private final ToIntFunction<ByteBuffer> requestsIn;
    private final byte[] answer;

    private Loopback(ToIntFunction<ByteBuffer> requestsIn, String answer) throws IOException {
        this.requestsIn = requestsIn;
        this.answer = answer.getBytes(StandardCharsets.UTF_8);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        listening.configureBlocking(false);
        listening.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** The address of a new web server that answers every GET with this text. */
    public static String webServer(String text) throws IOException {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        Loopback server = new Loopback(packet -> 1, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + text);
        server.start();
        return "http://127.0.0.1:" + server.port();
    }

    /** A new server that says OK to every command in the protocol of Redis. */
    public static Loopback redis() throws IOException {
        Loopback server = new Loopback(Loopback::redisCommands, "+OK\r\n");
        server.start();
        return server;
    }

    /** A port where connections are taken by the system, and no one ever reads or answers. */
    public static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    }

    public int port() {
        return listening.socket().getLocalPort();
    }

    /** Stops listening and drops all peers. */
    @Override
    public void close() throws IOException {
        for (SelectionKey key : new ArrayList<>(selector.keys())) {
            key.channel().close();
        }
        selector.close();
    }

    private void start() {
        Thread thread = new Thread(this::serve, "loopback server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        try {
            while (selector.select() >= 0) {
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.channel() == listening) {
                        accept();
                    } else {
                        answer((SocketChannel) key.channel());
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (ClosedSelectorException stopped) {
            return;
        } catch (IOException error) {
            if (selector.isOpen()) {
                throw new UncheckedIOException(error);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel peer = listening.accept();
        peer.configureBlocking(false);
        peer.register(selector, SelectionKey.OP_READ);
    }

    private void answer(SocketChannel peer) throws IOException {
        received.clear();
        if (peer.read(received) < 0) {
            peer.close();
            return;
        }
        received.flip();
        for (int requests = requestsIn.applyAsInt(received); requests > 0; requests--) {
            peer.write(ByteBuffer.wrap(answer));
        }
    }

    /** Each command starts with {@code *} and the count of its parts; the programs send no other. */
    private static int redisCommands(ByteBuffer packet) {
        int commands = 0;
        while (packet.hasRemaining()) {
            commands += packet.get() == '*' ? 1 : 0;
        }
        return commands;
    }
}
