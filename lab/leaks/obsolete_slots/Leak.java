package lab.leaks.obsolete_slots;

import java.io.IOException;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A home-made stack that forgets how much is in it, but not what. */
public final class Leak {
    private static final UndoStack UNDO = new UndoStack();

    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int edit = 0; edit < 6_000; edit++) {
            UNDO.push(new MapEdit(edit));
        }
        for (int edit = 0; edit < 5_990; edit++) {
            UNDO.pop();
        }
        LeakRun.finish(arguments);
    }
}

final class UndoStack {
    private MapEdit[] edits = new MapEdit[16];
    private int size;

    void push(MapEdit edit) {
        if (size == edits.length) {
            MapEdit[] larger = new MapEdit[size * 2];
            System.arraycopy(edits, 0, larger, 0, size);
            edits = larger;
        }
        edits[size++] = edit;
    }

    MapEdit pop() {
        // The leak: the slot keeps its reference until something else is pushed there.
        return edits[--size];
    }
}

final class MapEdit {
    private final int number;
    private final double[] outline = Payload.doubles(200);

    MapEdit(int number) {
        this.number = number;
    }

    @Override
    public String toString() {
        return "edit " + number + " of " + outline.length / 2 + " points";
    }
}
