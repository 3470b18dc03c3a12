package lab.leaks.country_table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lab.leaks.LeakRun;

/** Reference data, read once at the start and never changed. */
public final class LookAlike {
    private LookAlike() {}

    public static void main(String[] arguments) throws IOException {
        int known = 0;
        for (int code = 0; code < 1_000; code++) {
            known += Postcodes.townOf(String.format(Locale.ROOT, "%05d", code)) == null ? 0 : 1;
        }
        if (known > 0) {
            LeakRun.finish(arguments);
        }
    }
}

final class Postcodes {
    private static final Map<String, Town> TOWN_BY_POSTCODE;
    private static final List<String> COUNTRY_CODES;

    static {
        Map<String, Town> towns = new HashMap<>();
        for (int code = 0; code < 30_000; code++) {
            towns.put(String.format(Locale.ROOT, "%05d", code), new Town("town " + code, code % 97));
        }
        TOWN_BY_POSTCODE = Collections.unmodifiableMap(towns);
        List<String> countries = new ArrayList<>();
        Collections.addAll(countries, Locale.getISOCountries());
        COUNTRY_CODES = Collections.unmodifiableList(countries);
    }

    private Postcodes() {}

    static Town townOf(String postcode) {
        return COUNTRY_CODES.isEmpty() ? null : TOWN_BY_POSTCODE.get(postcode);
    }
}

final class Town {
    private final String name;
    private final int district;

    Town(String name, int district) {
        this.name = name;
        this.district = district;
    }

    @Override
    public String toString() {
        return name + " in district " + district;
    }
}
