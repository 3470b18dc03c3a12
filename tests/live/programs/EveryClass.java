import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A heap with two objects of every concrete class of some platform modules, made without their
 * constructors: all field layouts there are, padded classes and those with fields that the JVM adds.
 *
 * <p>Usage: {@code EveryClass HISTOGRAM DUMP}.
 */
public final class EveryClass {
    private static final List<String> MODULES =
            Arrays.asList("java.base", "java.logging", "java.management", "jdk.management");
    private static final List<String> FOLDERS =
            Arrays.asList("java/lang", "java/io", "java/net", "java/nio", "java/security", "java/util", "sun/nio",
                    "sun/misc", "sun/util");
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
        for (String name : platformClasses()) {
            keepTwo(name, unsafe, allocate);
        }
        System.out.println(KEPT.size());
        HeapZoo.pair(arguments[0] + " " + arguments[1], true);
        Runtime.getRuntime().halt(0);
    }

    /** Of the modules or, in Java 8, of the same packages in rt.jar. */
    private static List<String> platformClasses() throws IOException {
        List<String> names = new ArrayList<>();
        Path archive = Paths.get(System.getProperty("java.home"), "lib", "rt.jar");
        if (Files.exists(archive)) {
            try (FileSystem jar = FileSystems.newFileSystem(archive, (ClassLoader) null)) {
                for (String folder : FOLDERS) {
                    names.addAll(classNames(jar.getPath("/"), jar.getPath("/" + folder)));
                }
            }
            return names;
        }
        Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
        for (String module : MODULES) {
            names.addAll(classNames(modules.resolve(module), modules.resolve(module)));
        }
        return names;
    }

    private static List<String> classNames(Path top, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> top.relativize(file).toString())
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
