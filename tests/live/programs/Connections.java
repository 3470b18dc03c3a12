import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Has connections in several states, direct buffers and errors behind it; waits for its input to
 * end.
 *
 * <p>Five connections to a port of its own: three open, one closed by the client alone (FIN_WAIT2
 * and CLOSE_WAIT), one closed by both (TIME_WAIT). 16 MB in a direct buffer. Two
 * OutOfMemoryErrors, caught.
 */
public class Connections {
    static final List<Object> kept = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        InetAddress home = InetAddress.getLoopbackAddress();
        ServerSocket listener = new ServerSocket(0, 50, home);
        kept.add(listener);
        Socket[] clients = new Socket[5];
        Socket[] servers = new Socket[5];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Socket(home, listener.getLocalPort());
            servers[i] = listener.accept();
            kept.add(clients[i]);
            kept.add(servers[i]);
        }
        clients[3].shutdownOutput();
        servers[4].close();
        clients[4].close();
        kept.add(ByteBuffer.allocateDirect(16 << 20));
        for (int i = 0; i < 2; i++) {
            try {
                kept.add(new long[Integer.MAX_VALUE / 8]);
            } catch (OutOfMemoryError error) {
                // counted by the JVM
            }
        }
        System.out.println("READY");
        while (System.in.read() >= 0) {
            continue;
        }
    }
}
