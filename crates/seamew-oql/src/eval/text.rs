//! Values as text: what `toString()` says of them in MAT.

use seamew_heap::ObjectIndex;
use seamew_heap::classes::ClassKind;
use seamew_heap::heap::{double_text, float_text};

use super::lists::for_each_item;
use super::session::Evaluator;
use crate::value::{List, Special, Value};

/// Elements of a list that its text shows.
const SHOWN_ELEMENTS: usize = 100;
const DAY_MS: i64 = 86_400_000;

/// `CLASS @ 0xADDRESS`, as MAT calls an object.
pub fn technical_name(evaluator: &mut Evaluator<'_>, object: ObjectIndex) -> String {
    let heap = evaluator.heap;
    let address = heap.object_address(object);
    let table = heap.class_table();
    if let Some(class) = table.of_object(object) {
        return format!("class {} @ {address:#x}", table.get(class).name);
    }
    let class = table.get(heap.class_of(object));
    if class.kind == ClassKind::Instance {
        format!("{} @ {address:#x}", class.name)
    } else {
        let length = evaluator.array_length(object).unwrap_or(0);
        let element = class.name.strip_suffix("[]").unwrap_or(&class.name);
        let (element, rest) = match element.find("[]") {
            Some(at) => element.split_at(at),
            None => (element, ""),
        };
        format!("{element}[{length}]{rest} @ {address:#x}")
    }
}

/// A value as text.
pub fn text_of(evaluator: &mut Evaluator<'_>, value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Character(unit) => String::from_utf16_lossy(&[*unit]),
        Value::Byte(value) => value.to_string(),
        Value::Short(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::Float(value) => float_text(*value),
        Value::Double(value) => double_text(*value),
        Value::Text(text) => text.to_string(),
        Value::Object(object) => technical_name(evaluator, *object),
        Value::List(list) => list_text(evaluator, list),
        Value::Entry(entry) => {
            let key = text_of(evaluator, &entry.0);
            format!("{key}={}", text_of(evaluator, &entry.1))
        }
        Value::Row(row) => {
            let cells = row.columns.iter().zip(row.cells.iter());
            let shown: Vec<String> = cells
                .map(|(name, cell)| format!("{name}={}", text_of(evaluator, cell)))
                .collect();
            format!("{{{}}}", shown.join(", "))
        }
        Value::Special(special) => special_text(evaluator, special),
    }
}

fn list_text(evaluator: &mut Evaluator<'_>, list: &List) -> String {
    let mut shown = Vec::new();
    let mut take = |evaluator: &mut Evaluator<'_>, item: &Value| {
        shown.push(text_of(evaluator, item));
        Ok(shown.len() < SHOWN_ELEMENTS)
    };
    // The texts of items cannot fail.
    let _ = for_each_item(evaluator, list, &mut take);
    if list.len() > shown.len() {
        shown.push(format!("… {} more", list.len() - shown.len()));
    }
    format!("[{}]", shown.join(", "))
}

fn special_text(evaluator: &mut Evaluator<'_>, special: &Special) -> String {
    match special {
        Special::Snapshot => "snapshot".to_owned(),
        Special::SnapshotInfo => "snapshot info".to_owned(),
        Special::Date(at_ms) => date_text(*at_ms),
        Special::Root { label, .. } => (*label).to_owned(),
        Special::Reference { name, object } => {
            let target = technical_name(evaluator, *object);
            match name {
                Some(name) => format!("{name}: {target}"),
                None => target,
            }
        }
        Special::Field { name, code, value } => {
            let kind = seamew_heap::BasicType::from_code(*code).map_or("?", |it| it.java_name());
            match value {
                Some(value) => format!("{kind} {name}: {}", text_of(evaluator, value)),
                None => format!("{kind} {name}"),
            }
        }
        Special::Type(name) => format!("class {name}"),
    }
}

/// A time in UTC, as `2024-05-31 12:30:00.000`.
fn date_text(at_ms: i64) -> String {
    let (days, rest) = (at_ms.div_euclid(DAY_MS), at_ms.rem_euclid(DAY_MS));
    let (year, month, day) = civil(days);
    let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60);
    let (seconds, milliseconds) = (rest / 1000 % 60, rest % 1000);
    format!("{year:04}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}")
}

/// Year, month and day of days since 1970, by Howard Hinnant's `civil_from_days` (2013): years
/// that begin in March, so that leap days come last.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::date_text;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date_text(0), "1970-01-01 00:00:00.000");
        assert_eq!(date_text(1_709_164_800_123), "2024-02-29 00:00:00.123");
        assert_eq!(date_text(-1), "1969-12-31 23:59:59.999");
    }
}
