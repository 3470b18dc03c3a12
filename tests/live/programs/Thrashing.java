/** Fills its heap to the last byte when told to, and goes on: the JVM does little but collect. */
public class Thrashing {
    static final class Link {
        final Link next;

        Link(Link next) {
            this.next = next;
        }
    }

    static Link kept;
    static byte[] room; // for the line that says that it is full
    static volatile Object sink;

    public static void main(String[] arguments) throws Exception {
        System.out.println("READY");
        System.in.read();
        room = new byte[1 << 21];
        try {
            while (true) {
                kept = new Link(kept);
            }
        } catch (OutOfMemoryError full) {
            room = null;
        }
        System.out.println("FULL");
        while (true) {
            try {
                kept = new Link(kept);
            } catch (OutOfMemoryError full) {
                sink = full;
            }
        }
    }
}
