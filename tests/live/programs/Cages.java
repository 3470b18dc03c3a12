import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** What the zoo keeps: arrays, objects of awkward layouts, strings, references, classes of other loaders. */
final class Cages {
    private static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1_000, 70_000};
    private static final Class<?>[] PRIMITIVES = {
        boolean.class, byte.class, short.class, char.class, int.class, float.class, long.class, double.class
    };

    final List<Object> arrays = new ArrayList<>();
    final List<Object> layouts = new ArrayList<>();
    final List<Object> strings = new ArrayList<>();
    final List<Object> references = new ArrayList<>();
    final List<Object> collections = new ArrayList<>();
    final List<Object> callables = new ArrayList<>();
    final List<ClassLoader> loaders = new ArrayList<>();
    final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    final Object strongHold = new Object();
    List<Object> virtualThreads;

    void fill() throws Exception {
        fillArrays();
        fillLayouts();
        fillStrings();
        fillReferences();
        fillCollections();
        fillContended();
        fillCallables();
        fillLoaders();
    }

    private void fillArrays() {
        for (Class<?> primitive : PRIMITIVES) {
            for (int length : LENGTHS) {
                arrays.add(Array.newInstance(primitive, length));
            }
        }
        for (int length : LENGTHS) {
            Object[] mixed = new Object[length];
            for (int i = 0; i < length; i += 3) {
                mixed[i] = arrays.get(i % arrays.size());
            }
            arrays.add(mixed);
            arrays.add(new Layouts.Shorty[length]);
        }
        arrays.add(new int[3][4][5]);
        arrays.add(new String[2][0]);
        Object[] itself = new Object[1];
        itself[0] = itself;
        arrays.add(itself);
    }

    private void fillLayouts() {
        for (int i = 0; i < 50; i++) {
            for (Supplier<Object> maker : Layouts.MAKERS) {
                layouts.add(maker.get());
            }
        }
    }

    private void fillStrings() {
        strings.add("");
        strings.add("plain Latin-1");
        strings.add("caf\u00e9 \u00ff");
        strings.add("\u89c6\u9891\u7f51\u5173");
        strings.add("\ud83d\udc1f fish");
        strings.add("interned".intern());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            strings.add(text.append((char) ('a' + i % 26)).toString());
            strings.add("\u4e2d" + text);
        }
        strings.add(new StringBuilder("kept as a builder"));
    }

    private void fillReferences() {
        for (int i = 0; i < 20; i++) {
            Object target = new Layouts.Shorty();
            layouts.add(target);
            references.add(new WeakReference<>(target, queue));
            references.add(new SoftReference<>(new byte[64 + i]));
            references.add(new PhantomReference<>(target, queue));
        }
        // Cleared by the first collection: a referent that is null.
        references.add(new WeakReference<>(new Object()));
        references.add(ByteBuffer.allocateDirect(4_096));
    }

    private void fillCollections() {
        Map<Object, Object> identity = new IdentityHashMap<>();
        Map<Object, Object> weak = new WeakHashMap<>();
        Map<DayOfWeek, String> days = new EnumMap<>(DayOfWeek.class);
        for (Map<Object, Object> map : emptyMaps()) {
            for (int i = 0; i < 200; i++) {
                map.put("key-" + i, Long.valueOf(1_000L + i));
            }
            collections.add(map);
        }
        for (Object value : strings) {
            identity.put(value, strongHold);
            weak.put(value, strongHold);
        }
        for (DayOfWeek day : DayOfWeek.values()) {
            days.put(day, day.name());
        }
        collections.add(identity);
        collections.add(weak);
        collections.add(days);
        collections.add(EnumSet.allOf(DayOfWeek.class));
        collections.add(new LinkedList<>(strings));
        collections.add(new HashMap<String, String>());
    }

    /** Padded objects: {@code Exchanger$Node} and {@code ForkJoinPool} surely, counter cells likely. */
    private void fillContended() throws InterruptedException {
        ForkJoinPool pool = new ForkJoinPool(2);
        pool.submit(() -> { }).join();
        collections.add(pool);
        Exchanger<Object> exchanger = new Exchanger<>();
        try {
            exchanger.exchange(strongHold, 1, TimeUnit.NANOSECONDS);
        } catch (TimeoutException expected) {
            collections.add(exchanger);
        }
        LongAdder adder = new LongAdder();
        Map<Integer, Integer> counted = new ConcurrentHashMap<>();
        Thread[] writers = new Thread[4];
        for (int writer = 0; writer < writers.length; writer++) {
            int first = writer * 500;
            writers[writer] = new Thread(() -> contend(adder, counted, first));
            writers[writer].start();
        }
        for (Thread writer : writers) {
            writer.join();
        }
        collections.add(adder);
        collections.add(counted);
    }

    private static void contend(LongAdder adder, Map<Integer, Integer> counted, int first) {
        for (int round = 0; round < 100_000; round++) {
            adder.increment();
            counted.put(first + round % 500, round);
        }
    }

    private static List<Map<Object, Object>> emptyMaps() {
        List<Map<Object, Object>> maps = new ArrayList<>();
        maps.add(new HashMap<>());
        maps.add(new LinkedHashMap<>());
        maps.add(new TreeMap<>());
        maps.add(new ConcurrentHashMap<>());
        maps.add(new ConcurrentSkipListMap<>());
        return maps;
    }

    private void fillCallables() {
        for (int i = 0; i < 10; i++) {
            int captured = i;
            String text = "captured " + i;
            callables.add((Runnable) () -> strings.add(text + captured));
            callables.add((Supplier<String>) () -> text);
            callables.add(new Callable<String>() {
                @Override
                public String call() {
                    return text + captured + strings.size();
                }
            });
        }
        callables.add((Supplier<String>) () -> "captures nothing");
    }

    private void fillLoaders() throws Exception {
        for (int i = 0; i < 4; i++) {
            ZooLoader loader = new ZooLoader(HeapZoo.class.getClassLoader());
            layouts.add(loader.loadClass("Visitor").getDeclaredConstructor().newInstance());
            loaders.add(loader);
        }
        loaders.add(new ZooLoader(null));
    }
}
