package lab.leaks.small_soft_cache;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Twelve rendered templates behind soft references, in a service with other work to do. */
public final class LookAlike {
    private static final TemplateCache CACHE = new TemplateCache();
    private static final byte[][] WORKING_SET = Payload.blocks(64, 64 * 1024);

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        for (int request = 0; request < 2_000; request++) {
            CACHE.template("page-" + request % 12);
            WORKING_SET[request % 64][0]++;
        }
        LeakRun.finish(arguments);
    }
}

final class TemplateCache {
    private final Map<String, SoftReference<Template>> templates = new HashMap<>();

    Template template(String name) {
        SoftReference<Template> reference = templates.get(name);
        Template template = reference == null ? null : reference.get();
        if (template == null) {
            template = new Template(name);
            templates.put(name, new SoftReference<>(template));
        }
        return template;
    }
}

final class Template {
    private final String name;
    private final char[] text = Payload.chars(8 * 1024);

    Template(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name + ", " + text.length + " characters";
    }
}
