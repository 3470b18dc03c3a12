package bench.generator;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Loads a service-sized number of classes: platform classes, proxies, and classes of plug-in loaders. */
final class ExtraClasses extends ClassLoader {
    private static final int PLATFORM_CLASSES = 1_500;
    private static final int LOADERS = 8;
    private static final int CLASSES_PER_LOADER = 60;

    private ExtraClasses() {
        super(ExtraClasses.class.getClassLoader());
    }

    static void load(List<Object> instances) throws Exception {
        loadPlatformClasses();
        for (int loader = 0; loader < LOADERS; loader++) {
            ExtraClasses plugin = new ExtraClasses();
            for (int i = 0; i < CLASSES_PER_LOADER; i++) {
                Class<?> rule = plugin.define("plugin" + loader + "/Rule" + i);
                instances.add(rule.getDeclaredConstructor().newInstance());
            }
        }
        addProxies(instances);
    }

    private static void addProxies(List<Object> instances) {
        ClassLoader loader = ExtraClasses.class.getClassLoader();
        Class<?>[] faces = {
            Callback.class, Runnable.class, Comparable.class, Iterable.class, CharSequence.class
        };
        for (int mask = 1; mask < 1 << faces.length; mask++) {
            List<Class<?>> chosen = new ArrayList<>();
            for (int bit = 0; bit < faces.length; bit++) {
                if ((mask >> bit & 1) == 1) {
                    chosen.add(faces[bit]);
                }
            }
            Class<?>[] implemented = chosen.toArray(new Class<?>[0]);
            instances.add(Proxy.newProxyInstance(loader, implemented, (proxy, method, values) -> null));
        }
    }

    private static void loadPlatformClasses() {
        int loaded = 0;
        Path packages = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base/java");
        try (Stream<Path> files = Files.walk(packages)) {
            Iterator<Path> all = files.sorted().iterator();
            while (all.hasNext() && loaded < PLATFORM_CLASSES) {
                String name = all.next().toString();
                if (name.endsWith(".class") && !name.contains("-info")) {
                    String type = name.substring("/modules/java.base/".length(), name.length() - 6);
                    Class.forName(type.replace('/', '.'), false, null);
                    loaded++;
                }
            }
        } catch (ClassNotFoundException | IOException | RuntimeException missing) {
            System.err.println("fewer classes than planned: " + missing);
        }
    }

    /** The smallest class file that has a constructor and two fields. */
    private Class<?> define(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream file = new DataOutputStream(bytes);
        file.writeInt(0xCAFEBABE);
        file.writeInt(52);
        writeConstants(file, name);
        // Public class 10 extends 11, no interfaces, two private fields (J weight, Object target), one
        // public method <init>()V with one attribute.
        int[] header = {0x21, 10, 11, 0, 2, 1, 6, 7, 0, 1, 8, 9, 0, 1, 1, 3, 4, 1, 5};
        for (int value : header) {
            file.writeShort(value);
        }
        file.writeInt(17);
        file.writeShort(1);
        file.writeShort(1);
        file.writeInt(5);
        // aload_0, invokespecial 13, return
        file.write(new byte[] {0x2a, (byte) 0xb7, 0, 13, (byte) 0xb1});
        file.writeInt(0);
        file.writeShort(0);
        return defineClass(name.replace('/', '.'), bytes.toByteArray(), 0, bytes.size());
    }

    private static void writeConstants(DataOutputStream file, String name) throws IOException {
        file.writeShort(14);
        String object = "java/lang/Object";
        String[] texts = {name, object, "<init>", "()V", "Code", "weight", "J", "target", "L" + object + ";"};
        for (String text : texts) { // constants 1..9
            file.writeByte(1);
            file.writeUTF(text);
        }
        for (int text = 1; text <= 2; text++) { // 10: this class, 11: its parent
            file.writeByte(7);
            file.writeShort(text);
        }
        writePair(file, 12, 3, 4); // 12: NameAndType <init>()V
        writePair(file, 10, 11, 12); // 13: Methodref Object.<init>
    }

    private static void writePair(DataOutputStream file, int tag, int first, int second)
            throws IOException {
        file.writeByte(tag);
        file.writeShort(first);
        file.writeShort(second);
    }
}
