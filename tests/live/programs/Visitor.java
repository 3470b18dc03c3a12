/** Loaded by several loaders at once; its static fields exist once for each of them. */
public final class Visitor {
    static final byte[] LUGGAGE = new byte[2_048];
    static int visits;

    private final long arrivedAtMs = System.currentTimeMillis();

    public Visitor() {
        visits++;
    }

    @Override
    public String toString() {
        return "visitor of " + arrivedAtMs + " with " + LUGGAGE.length;
    }
}
