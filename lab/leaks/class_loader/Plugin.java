package lab.leaks.class_loader;

import lab.leaks.Payload;

/** A plug-in with some static state, as most have; each loader makes a copy of class and state. */
public final class Plugin {
    private static final byte[][] TEMPLATES = Payload.blocks(50, 8 * 1024);

    private final int templates = TEMPLATES.length;

    @Override
    public String toString() {
        return templates + " templates";
    }
}
