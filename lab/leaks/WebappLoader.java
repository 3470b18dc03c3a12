package lab.leaks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Defines the classes of an application itself instead of asking its parent, as web servers do. */
public final class WebappLoader extends ClassLoader {
    private final String application;

    private WebappLoader(ClassLoader parent, String application) {
        super(parent);
        this.application = application;
    }

    /** Deploys the application once more: its class, and the classes nested in it, are defined anew. */
    public static Runnable deploy(Class<? extends Runnable> application) throws Exception {
        String name = application.getName();
        ClassLoader loader = new WebappLoader(application.getClassLoader(), name);
        return (Runnable) loader.loadClass(name).getDeclaredConstructor().newInstance();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.equals(application) && !name.startsWith(application + "$")) {
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
