package lab.leaks.proxy_classes;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import lab.leaks.LeakRun;

/** A proxy class for each order in which a client happens to name its interfaces. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        Random clients = new Random(12);
        List<Class<?>> services = new ArrayList<>(StubFactory.SERVICES);
        for (int client = 0; client < 600; client++) {
            Collections.shuffle(services, clients);
            StubFactory.stub(services);
        }
        LeakRun.finish(arguments);
    }
}

final class StubFactory {
    static final List<Class<?>> SERVICES = new ArrayList<>();

    static {
        Collections.addAll(SERVICES, Pan.class, Tilt.class, Zoom.class, Focus.class, Iris.class);
        Collections.addAll(SERVICES, Preset.class, Cruise.class, Wiper.class, Light.class);
    }

    private StubFactory() {}

    static Object stub(List<Class<?>> interfaces) {
        Class<?>[] named = interfaces.toArray(new Class<?>[0]);
        // The leak: another order of the same interfaces is another class, and classes stay.
        return Proxy.newProxyInstance(
                StubFactory.class.getClassLoader(), named, (stub, method, values) -> null);
    }
}

interface Pan {}

interface Tilt {}

interface Zoom {}

interface Focus {}

interface Iris {}

interface Preset {}

interface Cruise {}

interface Wiper {}

interface Light {}
