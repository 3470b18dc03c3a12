import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** A loader that defines {@link Visitor} itself, so that one name stands for several classes. */
final class ZooLoader extends ClassLoader {
    ZooLoader(ClassLoader parent) {
        super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.equals("Visitor")) {
            return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
            return loaded;
        }
        try (InputStream input = getResourceAsStream("Visitor.class")) {
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
