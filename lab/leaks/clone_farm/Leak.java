package lab.leaks.clone_farm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lab.leaks.LeakRun;

/** Cameras that each have a list of all presets, equal to that of every other camera. */
public final class Leak {
    private static final CameraRegistry REGISTRY = new CameraRegistry();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int camera = 0; camera < 400; camera++) {
            REGISTRY.register("camera-" + camera);
        }
        LeakRun.finish(arguments);
    }
}

final class CameraRegistry {
    private final List<Camera> cameras = new ArrayList<>();

    void register(String id) {
        cameras.add(new Camera(id, PresetCatalogue.load()));
    }
}

final class PresetCatalogue {
    private PresetCatalogue() {}

    /** Reads the catalogue, as a JSON parser does: new strings at each call. */
    static List<String> load() {
        List<String> presets = new ArrayList<>();
        for (int preset = 0; preset < 256; preset++) {
            presets.add(String.format(Locale.ROOT, "preset-%03d", preset));
        }
        return presets;
    }
}

final class Camera {
    private final String id;
    // The leak: 256 strings for each camera, which are the same 256 for all of them.
    private final List<String> presets;

    Camera(String id, List<String> presets) {
        this.id = id;
        this.presets = presets;
    }

    @Override
    public String toString() {
        return id + " with " + presets.size() + " presets";
    }
}
