import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * An OSGi framework with bundles in known states, and class loaders of three that are held though
 * they should be gone: tells of the bundles, dumps live objects and ends.
 *
 * <p>Usage: {@code OsgiBundles DUMP STORAGE CLASSES}: the last is a folder with the compiled classes
 * of the bundles, which are not on the class path.
 */
public final class OsgiBundles {
    static final List<Object> KEPT = new ArrayList<>();
    static final Map<String, Object> ALSO_KEPT = new HashMap<>();

    private static final String IMPORTS = "org.osgi.framework, com.acme.api";

    private OsgiBundles() {}

    public static void main(String[] arguments) throws Exception {
        Path classes = Paths.get(arguments[2]);
        Map<String, String> settings = new HashMap<>();
        settings.put("org.osgi.framework.storage", arguments[1]);
        settings.put("org.osgi.framework.storage.clean", "onFirstInit");
        Framework framework =
                ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(settings);
        framework.start();
        BundleContext context = framework.getBundleContext();

        Bundle api = install(context, "com.acme.api", "1.0.0", classes, "");
        Bundle shop = install(context, "com.acme.shop", "1.2.0", classes, IMPORTS);
        Bundle mail = install(context, "com.acme.mail", "1.0.0", classes, IMPORTS);
        Bundle gone = install(context, "com.acme.gone", "3.0.0", classes, "");
        install(context, "com.acme.idle", "0.1.0", classes, "com.acme.missing");
        shop.start();
        mail.start();

        KEPT.add(mail.loadClass("com.acme.mail.Letter").newInstance());
        ALSO_KEPT.put("gone", gone.loadClass("com.acme.gone.Ghost").newInstance());
        mail.update(jar("com.acme.mail", "2.0.0", classes, IMPORTS));
        gone.uninstall();
        refresh(framework, mail, gone);
        mail.loadClass("com.acme.mail.Letter").newInstance();
        // Others are wired to it, so until a refresh the framework itself keeps what it was.
        api.update(jar("com.acme.api", "1.1.0", classes, ""));

        for (Bundle bundle : context.getBundles()) {
            System.out.println(
                    String.join(
                            "\t",
                            String.valueOf(bundle.getBundleId()),
                            String.valueOf(bundle.getSymbolicName()),
                            bundle.getVersion().toString(),
                            String.valueOf(bundle.getState()),
                            bundle.getLocation()));
        }
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpHeap(arguments[0], true);
        framework.stop();
        framework.waitForStop(TimeUnit.SECONDS.toMillis(30));
    }

    private static void refresh(Framework framework, Bundle... bundles) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        framework
                .adapt(FrameworkWiring.class)
                .refreshBundles(Arrays.asList(bundles), event -> done.countDown());
        if (!done.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the framework does not refresh");
        }
    }

    private static Bundle install(
            BundleContext context, String name, String version, Path classes, String imports)
            throws Exception {
        return context.installBundle("test:" + name, jar(name, version, classes, imports));
    }

    /** A bundle of the classes of one package, which it exports; started by its Activator if it has one. */
    private static InputStream jar(String name, String version, Path classes, String imports)
            throws IOException {
        Path folder = classes.resolve(name.replace('.', '/'));
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", name);
        headers.putValue("Bundle-Version", version);
        headers.putValue("Export-Package", name);
        if (!imports.isEmpty()) {
            headers.putValue("Import-Package", imports);
        }
        if (Files.exists(folder.resolve("Activator.class"))) {
            headers.putValue("Bundle-Activator", name + ".Activator");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            if (Files.isDirectory(folder)) {
                for (Path file : (Iterable<Path>) Files.list(folder)::iterator) {
                    jar.putNextEntry(new JarEntry(name.replace('.', '/') + "/" + file.getFileName()));
                    Files.copy(file, jar);
                    jar.closeEntry();
                }
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
