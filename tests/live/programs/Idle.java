/** Says READY and waits for its standard input to end; each line it gets is a command. */
public class Idle {
    static final java.util.List<Object> kept = new java.util.ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        System.out.println("READY");
        java.util.Scanner lines = new java.util.Scanner(System.in);
        while (lines.hasNextLine()) {
            String[] words = lines.nextLine().split(" ");
            if (words[0].equals("keep")) { // keep COUNT BYTES: arrays that stay
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    kept.add(new byte[Integer.parseInt(words[2])]);
                }
            } else if (words[0].equals("collect")) {
                System.gc();
            }
            System.out.println("DONE");
        }
    }
}
