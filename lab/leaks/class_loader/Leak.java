package lab.leaks.class_loader;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import lab.leaks.LeakRun;

/** Plug-ins that are loaded anew at each deployment, while the old loaders are kept. */
public final class Leak {
    private static final PluginRegistry REGISTRY = new PluginRegistry();

    private Leak() {}

    public static void main(String[] arguments) throws Exception {
        for (int version = 0; version < 100; version++) {
            REGISTRY.deploy();
        }
        LeakRun.finish(arguments);
    }
}

final class PluginRegistry {
    private final List<PluginLoader> retired = new ArrayList<>();
    private PluginLoader active;

    void deploy() throws Exception {
        if (active != null) {
            // The leak: kept "to be closed later", which no one does.
            retired.add(active);
        }
        active = new PluginLoader(PluginRegistry.class.getClassLoader());
        active.loadClass("lab.leaks.class_loader.Plugin").getDeclaredConstructor().newInstance();
    }
}

/** Defines {@link Plugin} itself instead of asking its parent, as web servers do. */
final class PluginLoader extends ClassLoader {
    PluginLoader(ClassLoader parent) {
        super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.endsWith(".Plugin")) {
            return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
            return loaded;
        }
        try (InputStream input = getResourceAsStream(name.replace('.', '/') + ".class")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int next = input.read(); next >= 0; next = input.read()) {
                bytes.write(next);
            }
            return defineClass(name, bytes.toByteArray(), 0, bytes.size());
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }
}
