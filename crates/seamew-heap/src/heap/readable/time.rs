//! Dates, times, durations, as ISO 8601 has them and `java.time` prints them.

use std::ops::RangeInclusive;

use super::{Reader, Subject};

pub const READERS: &[(&str, Reader)] = &[
    ("java.util.Date", |it| {
        let milliseconds = it.int("fastTime")?;
        let nanos = milliseconds.rem_euclid(1000) * 1_000_000;
        instant(milliseconds.div_euclid(1000), nanos)
    }),
    ("java.sql.Timestamp", |it| {
        instant(it.int("fastTime")?.div_euclid(1000), it.int("nanos")?)
    }),
    ("java.time.Instant", |it| {
        instant(it.int("seconds")?, it.int("nanos")?)
    }),
    ("java.time.Duration", duration),
    ("java.time.LocalDate", local_date),
    ("java.time.LocalTime", local_time),
    ("java.time.LocalDateTime", |it| local(it, "date", "time")),
    ("java.time.OffsetDateTime", offset_date_time),
    ("java.time.ZonedDateTime", |it| {
        let offset = it.value("offset")?;
        let text = offset_date_time(it)?;
        match it.value("zone") {
            Some(zone) if zone != offset => Some(format!("{text}[{zone}]")),
            _ => Some(text),
        }
    }),
    ("java.time.ZoneOffset", |it| it.text("id")),
    ("java.time.ZoneRegion", |it| it.text("id")),
];

const SECONDS_PER_DAY: i64 = 86_400;
/// The seconds that `java.time.Instant` knows: a thousand million years before and after.
const SECONDS: RangeInclusive<i64> = -31_557_014_167_219_200..=31_556_889_864_403_199;
const NANOS_PER_SECOND: i64 = 1_000_000_000;

fn local(it: &Subject<'_>, date: &str, time: &str) -> Option<String> {
    Some(format!("{}T{}", it.value(date)?, it.value(time)?))
}

fn offset_date_time(it: &Subject<'_>) -> Option<String> {
    Some(format!("{}{}", it.value("dateTime")?, it.value("offset")?))
}

/// `2024-02-29T12:30:00.5Z` without the zeros at the end of the fraction, by threes.
fn instant(seconds: i64, nanos: i64) -> Option<String> {
    if !SECONDS.contains(&seconds) {
        return None;
    }
    let (year, month, day) = civil(seconds.div_euclid(SECONDS_PER_DAY));
    let second = seconds.rem_euclid(SECONDS_PER_DAY);
    Some(format!(
        "{}T{:02}:{:02}:{:02}{}Z",
        date(year, month, day),
        second / 3600,
        second / 60 % 60,
        second % 60,
        fraction(nanos)
    ))
}

/// Year, month and day of a day, counted from 1970-01-01, in the Gregorian calendar. Years are
/// counted from March, in eras of 400 years, which all have the same number of days.
fn civil(day: i64) -> (i64, i64, i64) {
    const DAYS_PER_ERA: i64 = 146_097;
    const FROM_YEAR_0: i64 = 719_468;
    let shifted = day + FROM_YEAR_0;
    let era = shifted.div_euclid(DAYS_PER_ERA);
    let of_era = shifted.rem_euclid(DAYS_PER_ERA);
    let year_of_era =
        (of_era - of_era / 1460 + of_era / 36_524 - of_era / (DAYS_PER_ERA - 1)) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn date(year: i64, month: i64, day: i64) -> String {
    let sign = match year {
        ..0 => "-",
        10_000.. => "+",
        _ => "",
    };
    format!("{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
}

fn local_date(it: &Subject<'_>) -> Option<String> {
    Some(date(it.int("year")?, it.int("month")?, it.int("day")?))
}

fn local_time(it: &Subject<'_>) -> Option<String> {
    let (second, nano) = (it.int("second")?, it.int("nano")?);
    let minutes = format!("{:02}:{:02}", it.int("hour")?, it.int("minute")?);
    Some(match (second, nano) {
        (0, 0) => minutes,
        _ => format!("{minutes}:{second:02}{}", fraction(nano)),
    })
}

/// Nothing, three, six or nine digits.
fn fraction(nanos: i64) -> String {
    if nanos == 0 {
        String::new()
    } else if nanos % 1_000_000 == 0 {
        format!(".{:03}", nanos / 1_000_000)
    } else if nanos % 1000 == 0 {
        format!(".{:06}", nanos / 1000)
    } else {
        format!(".{nanos:09}")
    }
}

/// As `Duration.toString`: `PT8H6M12.345S`.
fn duration(it: &Subject<'_>) -> Option<String> {
    let (seconds, nanos) = (it.int("seconds")?, it.int("nanos")?);
    if !(0..NANOS_PER_SECOND).contains(&nanos) {
        return None;
    }
    if (seconds, nanos) == (0, 0) {
        return Some("PT0S".to_owned());
    }
    // Seconds are rounded down, so a negative duration with nanos is nearer to zero.
    let (whole, nanos) = match (seconds < 0, nanos) {
        (true, 1..) => (seconds + 1, NANOS_PER_SECOND - nanos),
        _ => (seconds, nanos),
    };
    let (hours, minutes, second) = (whole / 3600, whole / 60 % 60, whole % 60);
    let mut text = "PT".to_owned();
    if hours != 0 {
        text = format!("{text}{hours}H");
    }
    if minutes != 0 {
        text = format!("{text}{minutes}M");
    }
    if second != 0 || nanos != 0 || whole == 0 {
        let sign = if seconds < 0 { "-" } else { "" };
        text = format!("{text}{sign}{}", second.unsigned_abs());
        if nanos != 0 {
            let digits = format!("{nanos:09}");
            text = format!("{text}.{}", digits.trim_end_matches('0'));
        }
        text.push('S');
    }
    Some(text)
}
