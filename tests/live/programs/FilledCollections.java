import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.Supplier;

/**
 * Collections of every class that Seamew reads, with known contents in several sizes, some entries
 * put in and taken out again.
 *
 * <p>Prints a line for each, separated by tabs: name, class, size, entries as {@code key=value} or
 * elements joined by commas. Then writes a dump. A collection is found there as the field {@code
 * collection} of the {@code Filled} with that name.
 *
 * <p>Usage: {@code FilledCollections DUMP [OTHER_CLASS]}; the other class has a method {@code fill}.
 */
public final class FilledCollections {
    private static final int[] SIZES = {0, 1, 2, 10, 1000};
    private static final List<Filled> ALL = new ArrayList<>();
    /** Keys of weak maps must be held by something else. */
    private static final List<Object> HELD = new ArrayList<>();

    private static PrintStream output = System.out;

    enum Narrow { N0, N1, N2, N3, N4, N5, N6, N7, N8, N9, N10, N11, N12, N13, N14 }

    enum Wide {
        W0, W1, W2, W3, W4, W5, W6, W7, W8, W9, W10, W11, W12, W13, W14, W15, W16, W17, W18, W19, W20, W21, W22,
        W23, W24, W25, W26, W27, W28, W29, W30, W31, W32, W33, W34, W35, W36, W37, W38, W39, W40, W41, W42, W43,
        W44, W45, W46, W47, W48, W49, W50, W51, W52, W53, W54, W55, W56, W57, W58, W59, W60, W61, W62, W63, W64,
        W65, W66, W67, W68, W69
    }

    /** A collection and what it is called. */
    static final class Filled {
        final String name;
        final Object collection;

        Filled(String name, Object collection) {
            this.name = name;
            this.collection = collection;
        }
    }

    /** All fall into one bucket, which then becomes a tree. */
    static final class Colliding implements Comparable<Colliding> {
        final int number;

        Colliding(int number) {
            this.number = number;
        }

        @Override
        public int hashCode() {
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Colliding && ((Colliding) other).number == number;
        }

        @Override
        public int compareTo(Colliding other) {
            return Integer.compare(number, other.number);
        }

        @Override
        public String toString() {
            return "?";
        }
    }

    /** An element of a DelayQueue. */
    static final class Later implements Delayed {
        final int seconds;

        Later(int seconds) {
            this.seconds = seconds;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(seconds, TimeUnit.SECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.SECONDS), other.getDelay(TimeUnit.SECONDS));
        }

        @Override
        public String toString() {
            return "?";
        }
    }

    private FilledCollections() {}

    public static void main(String[] arguments) throws Exception {
        lists();
        maps();
        wrappers();
        enums();
        immutable();
        odd();
        if (arguments.length > 1) {
            Class.forName(arguments[1]).getMethod("fill").invoke(null);
        }
        HotSpotDiagnosticMXBean diagnostics =
                ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        diagnostics.dumpHeap(arguments[0], true);
    }

    /** Adds three for every two wanted, then takes each third out. */
    static <C extends Collection<Object>> C filled(C collection, int size) {
        for (int number = 0; number < size + size / 2; number++) {
            collection.add("k" + number);
        }
        for (int number = 2; number < size + size / 2; number += 3) {
            collection.remove("k" + number);
        }
        return collection;
    }

    static <M extends Map<Object, Object>> M filled(M map, int size) {
        List<Object> keys = new ArrayList<>();
        for (int number = 0; number < size + size / 2; number++) {
            Object key = "k" + number;
            keys.add(key);
            map.put(key, number);
        }
        for (int number = 2; number < size + size / 2; number += 3) {
            map.remove(keys.get(number));
        }
        HELD.add(keys);
        return map;
    }

    static void eachSize(String name, Supplier<? extends Collection<Object>> empty) {
        for (int size : SIZES) {
            add(name + " " + size, filled(empty.get(), size));
        }
    }

    static void eachMapSize(String name, Supplier<? extends Map<Object, Object>> empty) {
        for (int size : SIZES) {
            add(name + " " + size, filled(empty.get(), size));
        }
    }

    /** Keeps a collection and tells what is in it. */
    static void add(String name, Object collection) {
        List<String> entries = new ArrayList<>();
        if (collection instanceof Map) {
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) collection).entrySet()) {
                entries.add(entry.getKey() + "=" + entry.getValue());
            }
        } else {
            for (Object element : (Iterable<?>) collection) {
                entries.add(String.valueOf(element));
            }
        }
        add(name, collection, entries);
    }

    static void add(String name, Object collection, List<String> entries) {
        ALL.add(new Filled(name, collection));
        String className = collection.getClass().getName();
        output.println(name + "\t" + className + "\t" + entries.size() + "\t" + String.join(",", entries));
    }

    private static void lists() {
        eachSize("ArrayList", ArrayList::new);
        eachSize("Vector", Vector::new);
        eachSize("Stack", Stack::new);
        eachSize("LinkedList", LinkedList::new);
        eachSize("ArrayDeque", ArrayDeque::new);
        eachSize("PriorityQueue", PriorityQueue::new);
        eachSize("CopyOnWriteArrayList", CopyOnWriteArrayList::new);
        eachSize("ArrayBlockingQueue", () -> new ArrayBlockingQueue<>(2000));
        eachSize("PriorityBlockingQueue", PriorityBlockingQueue::new);
        eachSize("LinkedBlockingQueue", LinkedBlockingQueue::new);
        eachSize("LinkedBlockingDeque", LinkedBlockingDeque::new);
        eachSize("ConcurrentLinkedQueue", ConcurrentLinkedQueue::new);
        eachSize("ConcurrentLinkedDeque", ConcurrentLinkedDeque::new);
        eachSize("LinkedTransferQueue", LinkedTransferQueue::new);
        eachSize("HashSet", HashSet::new);
        eachSize("LinkedHashSet", LinkedHashSet::new);
        eachSize("TreeSet", TreeSet::new);
        eachSize("ConcurrentSkipListSet", ConcurrentSkipListSet::new);
        eachSize("CopyOnWriteArraySet", CopyOnWriteArraySet::new);
        eachSize("KeySetView", ConcurrentHashMap::newKeySet);
    }

    private static void maps() {
        eachMapSize("HashMap", HashMap::new);
        eachMapSize("LinkedHashMap", LinkedHashMap::new);
        eachMapSize("Hashtable", Hashtable::new);
        eachMapSize("Properties", Properties::new);
        eachMapSize("WeakHashMap", WeakHashMap::new);
        eachMapSize("IdentityHashMap", IdentityHashMap::new);
        eachMapSize("ConcurrentHashMap", ConcurrentHashMap::new);
        eachMapSize("TreeMap", TreeMap::new);
        eachMapSize("ConcurrentSkipListMap", ConcurrentSkipListMap::new);
    }

    private static void wrappers() {
        List<Object> list = filled(new ArrayList<>(), 10);
        Map<Object, Object> map = filled(new HashMap<>(), 10);
        add("unmodifiable list", Collections.unmodifiableList(list));
        add("unmodifiable collection", Collections.unmodifiableCollection(list));
        add("unmodifiable set", Collections.unmodifiableSet(new HashSet<>(list)));
        add("unmodifiable map", Collections.unmodifiableMap(map));
        add("unmodifiable sorted map", Collections.unmodifiableSortedMap(new TreeMap<>(map)));
        add("synchronized list", Collections.synchronizedList(list));
        add("synchronized map", Collections.synchronizedMap(map));
        add("synchronized values", Collections.synchronizedCollection(map.values()));
        add("checked list", Collections.checkedList(list, Object.class));
        add("checked map", Collections.checkedMap(map, Object.class, Object.class));
        add("checked queue", Collections.checkedQueue(new ArrayDeque<>(list), Object.class));
        add("set from map", filled(Collections.newSetFromMap(new IdentityHashMap<>()), 0));
        add("set from hash map", filled(Collections.newSetFromMap(new HashMap<>()), 10));
        add("last in first out", Collections.asLifoQueue(new ArrayDeque<>(list)));
        add("array as list", Arrays.asList("a", "b", null));
        add("singleton list", Collections.singletonList("a"));
        add("singleton set", Collections.singleton("a"));
        add("singleton map", Collections.singletonMap("a", 1));
        add("empty list", Collections.emptyList());
        add("empty set", Collections.emptySet());
        add("empty map", Collections.emptyMap());
        add("wrapper of a wrapper", Collections.unmodifiableList(Collections.synchronizedList(list)));
        add("hash keys", map.keySet());
        add("hash values", map.values());
        add("linked values", filled(new LinkedHashMap<>(), 10).values());
        add("tree values", filled(new TreeMap<>(), 10).values());
        add("tree keys", filled(new TreeMap<>(), 10).keySet());
        add("concurrent values", filled(new ConcurrentHashMap<>(), 10).values());
        add("skip list keys", filled(new ConcurrentSkipListMap<>(), 10).keySet());
    }

    private static void enums() {
        add("regular enum set", EnumSet.of(Narrow.N1, Narrow.N4, Narrow.N14));
        add("regular enum set 0", EnumSet.noneOf(Narrow.class));
        add("jumbo enum set", EnumSet.of(Wide.W0, Wide.W63, Wide.W64, Wide.W69));
        EnumMap<Narrow, Object> map = new EnumMap<>(Narrow.class);
        map.put(Narrow.N3, 3);
        map.put(Narrow.N5, 5);
        map.put(Narrow.N7, 7);
        map.remove(Narrow.N5);
        add("enum map", map);
        BitSet bits = new BitSet();
        bits.set(1);
        bits.set(64, 67);
        bits.set(1000);
        bits.clear(65);
        add("bit set", bits, Arrays.asList("1", "64", "66", "1000"));
    }

    /** Made by List.of and its like, where there are such. */
    private static void immutable() throws Exception {
        for (Class<?> type : new Class<?>[] {List.class, Set.class}) {
            Method of;
            try {
                of = type.getMethod("of", Object[].class);
            } catch (NoSuchMethodException old) {
                return;
            }
            for (int size : SIZES) {
                Object elements = filled(new ArrayList<>(), size).toArray();
                add(type.getSimpleName() + ".of " + size, of.invoke(null, elements));
            }
        }
        Method copyOf = Map.class.getMethod("copyOf", Map.class);
        for (int size : SIZES) {
            add("Map.of " + size, copyOf.invoke(null, filled(new HashMap<>(), size)));
        }
    }

    private static void odd() {
        ArrayDeque<Object> around = new ArrayDeque<>();
        for (int number = 0; number < 14; number++) {
            around.addLast("k" + number);
        }
        for (int number = 0; number < 10; number++) {
            around.addLast(around.removeFirst() + "'");
        }
        add("ring around the end", around);
        LinkedList<Object> holes = new LinkedList<>(Arrays.asList("a", null, "b", null));
        add("list with nulls", holes);
        Map<Object, Object> nulls = new HashMap<>();
        nulls.put(null, "of null");
        nulls.put("null", null);
        add("map with nulls", nulls);
        Map<Object, Object> identities = new IdentityHashMap<>();
        identities.put("x", null);
        add("identities", identities);
        Map<Object, Object> bucket = new HashMap<>();
        Map<Object, Object> concurrentBucket = new ConcurrentHashMap<>();
        for (int number = 0; number < 100; number++) {
            bucket.put(new Colliding(number), number);
            concurrentBucket.put(new Colliding(number), number);
        }
        add("treeified bucket", bucket);
        add("treeified concurrent bucket", concurrentBucket);
        DelayQueue<Later> delayed = new DelayQueue<>();
        for (int seconds = 5; seconds > 0; seconds--) {
            delayed.add(new Later(seconds));
        }
        add("delay queue", delayed);
        add("synchronous queue", new SynchronousQueue<>());
        PriorityQueue<Object> boxes = new PriorityQueue<>(Arrays.asList(3, 1, 2));
        add("boxes", boxes);
    }
}
