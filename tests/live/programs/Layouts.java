import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Class hierarchies whose field layout differs between JDK versions: which gaps of a superclass are
 * filled, and how a header of 8, 12 or 16 bytes moves the fields.
 */
final class Layouts {
    static final List<Supplier<Object>> MAKERS = makers();

    private Layouts() {}

    private static List<Supplier<Object>> makers() {
        List<Supplier<Object>> makers = new ArrayList<>();
        makers.add(Empty::new);
        makers.add(Shorty::new);
        makers.add(ByteBase::new);
        makers.add(LongOnByte::new);
        makers.add(ShortOnLong::new);
        makers.add(ReferenceOnShort::new);
        makers.add(ByteOnReference::new);
        makers.add(BooleanThenDouble::new);
        makers.add(CharsOnDouble::new);
        makers.add(EmptyMiddle::new);
        makers.add(LongOnEmpty::new);
        makers.add(EightBytes::new);
        makers.add(FloatOnEight::new);
        makers.add(OneOfEach::new);
        makers.add(Hidden::new);
        makers.add(() -> Kind.SMALL);
        makers.add(() -> Kind.LARGE);
        return makers;
    }

    static class Empty {}

    static class Shorty {
        short only = 1;
    }

    static class ByteBase {
        byte first = 1;
    }

    static class LongOnByte extends ByteBase {
        long second = 2;
    }

    static class ShortOnLong extends LongOnByte {
        short third = 3;
    }

    static class ReferenceOnShort extends ShortOnLong {
        Object fourth = "fourth";
    }

    static class ByteOnReference extends ReferenceOnShort {
        byte fifth = 5;
        Object sixth;
    }

    static class BooleanThenDouble {
        boolean flag = true;
        double value = 0.5;
    }

    static class CharsOnDouble extends BooleanThenDouble {
        char a = 'a';
        char b = 'b';
        char c = 'c';
    }

    static class EmptyMiddle extends ByteBase {}

    static class LongOnEmpty extends EmptyMiddle {
        long value = 7;
        int count = 8;
    }

    static class EightBytes {
        byte a;
        byte b;
        byte c;
        byte d;
        byte e;
        byte f;
        byte g;
        byte h;
    }

    static class FloatOnEight extends EightBytes {
        float value = 1.5f;
        Object link = this;
    }

    static class OneOfEach implements Comparable<OneOfEach> {
        boolean flag = true;
        byte tiny = -1;
        char letter = '\u00e9';
        short small = -2;
        int number = -3;
        float ratio = Float.NaN;
        long big = Long.MIN_VALUE;
        double real = Double.NEGATIVE_INFINITY;
        Object link = Kind.SMALL;
        Object nothing;

        @Override
        public int compareTo(OneOfEach other) {
            return Integer.compare(number, other.number);
        }
    }

    /** The same field name as in the superclass: both exist in each instance. */
    static class Hidden extends OneOfEach {
        String link = "hides the inherited field";
        int number = 3;
    }

    enum Kind {
        SMALL,
        LARGE {
            private final long extra = 42L;

            @Override
            long weight() {
                return extra;
            }
        };

        long weight() {
            return 0L;
        }
    }
}
