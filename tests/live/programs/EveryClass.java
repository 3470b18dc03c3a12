import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A heap with two objects of every concrete class of some platform modules, made without their
 * constructors: all field layouts there are, padded classes and those with fields that the JVM adds.
 *
 * <p>Usage: {@code EveryClass HISTOGRAM DUMP}; needs Java 9 or later.
 */
public final class EveryClass {
    private static final List<String> MODULES =
            Arrays.asList("java.base", "java.logging", "java.management", "jdk.management");
    /** Classes whose objects the JVM makes or reads itself, and cannot bear half-made. */
    private static final List<String> UNTOUCHABLE = Arrays.asList(
            "java.lang.Class", "java.lang.Shutdown", "jdk.internal.vm.Continuation", "jdk.internal.vm.Filler",
            "jdk.internal.vm.StackChunk", "sun.launcher.");

    private static final List<Object> KEPT = new ArrayList<>();

    private EveryClass() {}

    public static void main(String[] arguments) throws Exception {
        Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
        Field instance = unsafeClass.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        Object unsafe = instance.get(null);
        Method allocate = unsafeClass.getMethod("allocateInstance", Class.class);
        Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
        for (String module : MODULES) {
            for (String name : classNames(modules.resolve(module))) {
                keepTwo(name, unsafe, allocate);
            }
        }
        System.out.println(KEPT.size());
        HeapZoo.pair(arguments[0] + " " + arguments[1], true);
        Runtime.getRuntime().halt(0);
    }

    private static List<String> classNames(Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module)) {
            return files.map(file -> module.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("module-info.class"))
                    .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> UNTOUCHABLE.stream().noneMatch(name::startsWith))
                    .collect(Collectors.toList());
        }
    }

    private static void keepTwo(String name, Object unsafe, Method allocate) {
        try {
            Class<?> type = Class.forName(name, false, EveryClass.class.getClassLoader());
            boolean isConcrete = !type.isInterface() && !Modifier.isAbstract(type.getModifiers());
            if (isConcrete && !Reference.class.isAssignableFrom(type)) {
                KEPT.add(allocate.invoke(unsafe, type));
                KEPT.add(allocate.invoke(unsafe, type));
            }
        } catch (ReflectiveOperationException | LinkageError unusable) {
            // A few classes cannot be initialized outside their natural surroundings.
        }
    }
}
