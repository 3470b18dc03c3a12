import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.EvictingQueue;
import com.google.common.collect.HashBiMap;
import com.google.common.collect.HashMultimap;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableBiMap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.LinkedListMultimap;
import com.google.common.collect.MapMaker;
import com.google.common.collect.MinMaxPriorityQueue;
import com.google.common.collect.Multimap;
import com.google.common.collect.Sets;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.LongObjectHashMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2ObjectArrayMap;
import it.unimi.dsi.fastutil.objects.Object2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.objects.ObjectArrayList;
import it.unimi.dsi.fastutil.objects.ObjectLinkedOpenHashSet;
import it.unimi.dsi.fastutil.objects.ObjectOpenHashSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import kotlin.collections.CollectionsKt;
import kotlin.collections.MapsKt;
import kotlin.collections.SetsKt;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.LinkedMultiValueMap;
import scala.collection.JavaConverters;

/** Collections of libraries, for FilledCollections. */
public final class LibraryCollections {
    private static final int[] SIZES = {0, 1, 3, 10, 1000};

    private LibraryCollections() {}

    public static void fill() {
        System.out.println("== libraries");
        guava();
        guavaMultimaps();
        caches();
        netty();
        fastutil();
        kotlin();
        scala();
        spring();
    }

    private static void guava() {
        for (int size : SIZES) {
            List<Object> list = FilledCollections.filled(new ArrayList<>(), size);
            Map<Object, Object> map = FilledCollections.filled(new HashMap<>(), size);
            FilledCollections.add("ImmutableList " + size, ImmutableList.copyOf(list));
            FilledCollections.add("ImmutableSet " + size, ImmutableSet.copyOf(list));
            FilledCollections.add("ImmutableMap " + size, ImmutableMap.copyOf(map));
            FilledCollections.add("ImmutableBiMap " + size, ImmutableBiMap.copyOf(map));
            FilledCollections.add("HashBiMap " + size, FilledCollections.filled(HashBiMap.create(), size));
            Map<String, Object> named = new HashMap<>();
            map.forEach((key, value) -> named.put((String) key, value));
            FilledCollections.add("ImmutableSortedMap " + size, ImmutableSortedMap.copyOf(named));
            FilledCollections.add("ImmutableSortedSet " + size, ImmutableSortedSet.copyOf(named.keySet()));
            FilledCollections.add(
                    "MapMaker " + size, FilledCollections.filled(new MapMaker().weakKeys().makeMap(), size));
        }
        FilledCollections.add("enum set", Sets.immutableEnumSet(FilledCollections.Narrow.N2, FilledCollections.Narrow.N9));
        EvictingQueue<Object> evicting = EvictingQueue.create(3);
        Collections.addAll(evicting, "a", "b", "c", "d");
        FilledCollections.add("EvictingQueue", evicting);
        MinMaxPriorityQueue<String> queue = MinMaxPriorityQueue.create();
        Collections.addAll(queue, "c", "a", "b");
        FilledCollections.add("MinMaxPriorityQueue", queue);
    }

    private static void guavaMultimaps() {
        addMultimap("HashMultimap", HashMultimap.create());
        addMultimap("ArrayListMultimap", ArrayListMultimap.create());
        Multimap<Object, Object> linked = LinkedListMultimap.create();
        linked.put("a", 1);
        linked.put("b", 2);
        linked.put("a", 3);
        FilledCollections.add("LinkedListMultimap", linked, List.of("a=1", "b=2", "a=3"));
        FilledCollections.add("ImmutableListMultimap", ImmutableListMultimap.of("a", 1), List.of("a=?"));
        HashMultiset<Object> multiset = HashMultiset.create(List.of("a", "b"));
        FilledCollections.add("HashMultiset", multiset, List.of("a=?", "b=?"));
    }

    private static void addMultimap(String name, Multimap<Object, Object> multimap) {
        List<String> entries = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            multimap.put("k" + number, number);
            entries.add("k" + number + "=?");
        }
        FilledCollections.add(name, multimap, entries);
    }

    private static List<String> entries(Map<?, ?> map) {
        List<String> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(key + "=" + value));
        return entries;
    }

    private static void caches() {
        for (int size : SIZES) {
            com.google.common.cache.Cache<Object, Object> strong = CacheBuilder.newBuilder().maximumSize(5000).build();
            FilledCollections.filled(strong.asMap(), size);
            FilledCollections.add("Cache " + size, strong, entries(strong.asMap()));
            com.google.common.cache.Cache<Object, Object> weak = CacheBuilder.newBuilder().weakKeys().build();
            FilledCollections.filled(weak.asMap(), size);
            FilledCollections.add("weak Cache " + size, weak, entries(weak.asMap()));
            addCaffeine("Caffeine " + size, Caffeine.newBuilder().maximumSize(5000).build(), size);
            addCaffeine("unbounded Caffeine " + size, Caffeine.newBuilder().build(), size);
            addCaffeine("weak Caffeine " + size, Caffeine.newBuilder().weakKeys().build(), size);
        }
    }

    private static void addCaffeine(
            String name, com.github.benmanes.caffeine.cache.Cache<Object, Object> cache, int size) {
        ConcurrentMap<Object, Object> map = cache.asMap();
        FilledCollections.filled(map, size);
        cache.cleanUp();
        FilledCollections.add(name, cache, entries(map));
        FilledCollections.add(name + " map", map);
    }

    /** Whole numbers, some put in and taken out again. */
    private static void numbers(int size, Consumer<Integer> add, Consumer<Integer> remove) {
        for (int number = 0; number < size + size / 2; number++) {
            add.accept(number);
        }
        for (int number = 2; number < size + size / 2; number += 3) {
            remove.accept(number);
        }
    }

    private static void netty() {
        for (int size : SIZES) {
            IntObjectHashMap<Object> ints = new IntObjectHashMap<>();
            numbers(size, it -> ints.put(it.intValue(), "v" + it), ints::remove);
            FilledCollections.add("IntObjectHashMap " + size, ints);
            LongObjectHashMap<Object> longs = new LongObjectHashMap<>();
            numbers(size, it -> longs.put(it.longValue(), "v" + it), it -> longs.remove(it.longValue()));
            FilledCollections.add("LongObjectHashMap " + size, longs);
        }
        DefaultHttpHeaders headers = new DefaultHttpHeaders();
        headers.add("Accept", "a").add("Accept", "b").add("Host", "c");
        FilledCollections.add("DefaultHttpHeaders", headers, List.of("Accept=a", "Accept=b", "Host=c"));
    }

    private static void fastutil() {
        for (int size : SIZES) {
            FilledCollections.add("ObjectArrayList " + size, FilledCollections.filled(new ObjectArrayList<>(), size));
            FilledCollections.add("ObjectOpenHashSet " + size, FilledCollections.filled(new ObjectOpenHashSet<>(), size));
            FilledCollections.add(
                    "ObjectLinkedOpenHashSet " + size, FilledCollections.filled(new ObjectLinkedOpenHashSet<>(), size));
            FilledCollections.add(
                    "Object2ObjectOpenHashMap " + size, FilledCollections.filled(new Object2ObjectOpenHashMap<>(), size));
            FilledCollections.add(
                    "Object2ObjectArrayMap " + size, FilledCollections.filled(new Object2ObjectArrayMap<>(), size));
            Int2ObjectOpenHashMap<Object> ints = new Int2ObjectOpenHashMap<>();
            numbers(size, it -> ints.put(it.intValue(), "v" + it), ints::remove);
            FilledCollections.add("Int2ObjectOpenHashMap " + size, ints);
            Long2ObjectOpenHashMap<Object> longs = new Long2ObjectOpenHashMap<>();
            numbers(size, it -> longs.put(it.longValue(), "v" + it), it -> longs.remove(it.longValue()));
            FilledCollections.add("Long2ObjectOpenHashMap " + size, longs);
            Long2LongOpenHashMap both = new Long2LongOpenHashMap();
            numbers(size, it -> both.put(it.longValue(), it + 7L), it -> both.remove(it.longValue()));
            FilledCollections.add("Long2LongOpenHashMap " + size, both);
            IntOpenHashSet set = new IntOpenHashSet();
            numbers(size, it -> set.add(it.intValue()), it -> set.remove(it.intValue()));
            FilledCollections.add("IntOpenHashSet " + size, set);
            LongOpenHashSet longSet = new LongOpenHashSet();
            numbers(size, it -> longSet.add(it.longValue()), it -> longSet.remove(it.longValue()));
            FilledCollections.add("LongOpenHashSet " + size, longSet);
            IntArrayList list = new IntArrayList();
            numbers(size, it -> list.add(it.intValue()), it -> list.rem(it.intValue()));
            FilledCollections.add("IntArrayList " + size, list);
        }
        Object2ObjectOpenHashMap<Object, Object> nullKey = new Object2ObjectOpenHashMap<>();
        nullKey.put(null, "of null");
        nullKey.put("a", null);
        FilledCollections.add("fastutil null key", nullKey);
        Object2IntOpenHashMap<Object> counts = new Object2IntOpenHashMap<>();
        counts.put("a", 1);
        counts.put("b", 0);
        FilledCollections.add("Object2IntOpenHashMap", counts);
    }

    private static void kotlin() {
        for (int size : SIZES) {
            FilledCollections.add(
                    "kotlin.ArrayDeque " + size, FilledCollections.filled(new kotlin.collections.ArrayDeque<>(), size));
            FilledCollections.add("buildList " + size, FilledCollections.filled(CollectionsKt.createListBuilder(), size));
            FilledCollections.add("buildSet " + size, FilledCollections.filled(SetsKt.createSetBuilder(), size));
            FilledCollections.add("buildMap " + size, FilledCollections.filled(MapsKt.createMapBuilder(), size));
        }
        FilledCollections.add("emptyList", CollectionsKt.emptyList());
        FilledCollections.add("emptySet", SetsKt.emptySet());
        FilledCollections.add("emptyMap", MapsKt.emptyMap());
    }

    private static void scala() {
        for (int size : SIZES) {
            List<Object> list = FilledCollections.filled(new ArrayList<>(), size);
            Map<Object, Object> map = FilledCollections.filled(new HashMap<>(), size);
            scala.collection.mutable.ArrayBuffer<Object> buffer = new scala.collection.mutable.ArrayBuffer<>();
            scala.collection.mutable.ListBuffer<Object> listBuffer = new scala.collection.mutable.ListBuffer<>();
            scala.collection.mutable.ArrayDeque<Object> deque = new scala.collection.mutable.ArrayDeque<>(16);
            scala.collection.mutable.HashSet<Object> set = new scala.collection.mutable.HashSet<>();
            for (Object element : list) {
                buffer.addOne(element);
                listBuffer.addOne(element);
                deque.addOne(element);
                set.add(element);
            }
            List<String> texts = new ArrayList<>();
            list.forEach(element -> texts.add(element.toString()));
            FilledCollections.add("scala ArrayBuffer " + size, buffer, texts);
            FilledCollections.add("scala ListBuffer " + size, listBuffer, texts);
            FilledCollections.add("scala ArrayDeque " + size, deque, texts);
            FilledCollections.add("scala HashSet " + size, set, texts);
            scala.collection.mutable.HashMap<Object, Object> hash = new scala.collection.mutable.HashMap<>();
            scala.collection.mutable.LinkedHashMap<Object, Object> linked =
                    new scala.collection.mutable.LinkedHashMap<>();
            map.forEach(hash::put);
            map.forEach(linked::put);
            FilledCollections.add("scala HashMap " + size, hash, entries(map));
            FilledCollections.add("scala LinkedHashMap " + size, linked, entries(map));
            FilledCollections.add("chain: scala List " + size, buffer.toList(), texts);
            FilledCollections.add("size only: scala Vector " + size, buffer.toVector(), texts);
        }
        scala.collection.immutable.Map<Object, Object> immutable =
                scala.collection.immutable.Map$.MODULE$.<Object, Object>empty();
        List<String> texts = new ArrayList<>();
        for (int number = 0; number < 10; number++) {
            immutable = immutable.updated("k" + number, number);
            texts.add("k" + number + "=" + number);
        }
        FilledCollections.add("size only: scala immutable HashMap", immutable, texts);
        FilledCollections.add("scala wrapped", new ArrayList<>(JavaConverters.asJava(immutable).keySet()));
    }

    private static void spring() {
        LinkedMultiValueMap<Object, Object> multi = new LinkedMultiValueMap<>();
        multi.add("a", 1);
        multi.add("b", 2);
        FilledCollections.add("LinkedMultiValueMap", multi, List.of("a=?", "b=?"));
        LinkedCaseInsensitiveMap<Object> headers = new LinkedCaseInsensitiveMap<>();
        headers.put("Accept", "a");
        headers.put("ACCEPT", "b");
        FilledCollections.add("LinkedCaseInsensitiveMap", headers);
        for (int size : SIZES) {
            FilledCollections.add(
                    "ConcurrentReferenceHashMap " + size,
                    FilledCollections.filled(new ConcurrentReferenceHashMap<>(), size));
        }
    }
}
