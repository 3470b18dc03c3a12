package lab.leaks.property_listeners;

import java.beans.PropertyChangeEvent;
import java.beans.PropertyChangeListener;
import java.beans.PropertyChangeSupport;
import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** Panels that listen to a model which outlives them. */
public final class Leak {
    private static final DeviceModel MODEL = new DeviceModel();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int panel = 0; panel < 3_000; panel++) {
            new DevicePanel(MODEL);
        }
        MODEL.setOnline(true);
        LeakRun.finish(arguments);
    }
}

final class DeviceModel {
    private final PropertyChangeSupport changes = new PropertyChangeSupport(this);
    private boolean online;

    void addListener(PropertyChangeListener listener) {
        changes.addPropertyChangeListener(listener);
    }

    void setOnline(boolean now) {
        boolean before = online;
        online = now;
        changes.firePropertyChange("online", before, now);
    }
}

final class DevicePanel implements PropertyChangeListener {
    private final byte[] icon = Payload.bytes(2 * 1024);
    private int changes;

    DevicePanel(DeviceModel model) {
        // The leak: there is an addListener, and no removeListener to go with it.
        model.addListener(this);
    }

    @Override
    public void propertyChange(PropertyChangeEvent event) {
        changes += icon.length;
    }
}
