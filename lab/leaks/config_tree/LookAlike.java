package lab.leaks.config_tree;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import lab.leaks.LeakRun;

/** A large configuration, parsed once into a tree that is then only read. */
public final class LookAlike {
    private static final Configuration CONFIGURATION = Configuration.parse(5, 8);

    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        if (CONFIGURATION.value("node-3/node-1/node-7/node-0/node-2") != null) {
            LeakRun.finish(arguments);
        }
    }
}

final class Configuration {
    private final ConfigNode root;

    private Configuration(ConfigNode root) {
        this.root = root;
    }

    static Configuration parse(int depth, int width) {
        return new Configuration(node("root", depth, width));
    }

    String value(String path) {
        ConfigNode node = root;
        for (String name : path.split("/")) {
            node = node.children.get(name);
        }
        return node.value;
    }

    private static ConfigNode node(String path, int depth, int width) {
        if (depth == 0) {
            return new ConfigNode(Collections.emptyMap(), path);
        }
        Map<String, ConfigNode> children = new LinkedHashMap<>();
        for (int child = 0; child < width; child++) {
            String name = ("node-" + child).intern();
            children.put(name, node(path + "." + child, depth - 1, width));
        }
        return new ConfigNode(children, null);
    }
}

final class ConfigNode {
    final Map<String, ConfigNode> children;
    final String value;

    ConfigNode(Map<String, ConfigNode> children, String value) {
        this.children = children;
        this.value = value;
    }
}
