package lab.leaks;

import java.util.Arrays;
import java.util.Random;

/**
 * Arrays that stand for images, documents and figures. Their content is random, and the same at
 * each run: arrays of zeros would be a waste of memory of their own, beside the one that a program
 * is about.
 */
public final class Payload {
    private static final Random RANDOM = new Random(20220712);

    private Payload() {}

    public static byte[] bytes(int length) {
        byte[] payload = new byte[length];
        RANDOM.nextBytes(payload);
        return payload;
    }

    public static byte[][] blocks(int count, int length) {
        byte[][] payload = new byte[count][];
        Arrays.setAll(payload, index -> bytes(length));
        return payload;
    }

    public static char[] chars(int length) {
        char[] payload = new char[length];
        for (int index = 0; index < length; index++) {
            payload[index] = (char) ('a' + RANDOM.nextInt(26));
        }
        return payload;
    }

    public static int[] ints(int length) {
        return RANDOM.ints(length).toArray();
    }

    public static long[] longs(int length) {
        return RANDOM.longs(length).toArray();
    }

    public static double[] doubles(int length) {
        return RANDOM.doubles(length).toArray();
    }
}
