package lab.leaks.static_map;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import lab.leaks.LeakRun;
import lab.leaks.Payload;

/** A static map that every call writes to and nothing ever clears. */
public final class Leak {
    private Leak() {}

    public static void main(String[] arguments) throws IOException {
        for (int call = 0; call < 120_000; call++) {
            TariffLookup.priceOf("call-" + call);
        }
        LeakRun.finish(arguments);
    }
}

final class TariffLookup {
    private static final Map<String, Tariff> PRICE_BY_CALL = new HashMap<>();

    private TariffLookup() {}

    static long priceOf(String callId) {
        // The key is a call, not a tariff: no entry is ever asked for a second time.
        return PRICE_BY_CALL.computeIfAbsent(callId, Tariff::new).cents;
    }
}

final class Tariff {
    final String callId;
    final long[] centsByHour = Payload.longs(24);
    final long cents;

    Tariff(String callId) {
        this.callId = callId;
        this.cents = callId.length();
    }
}
