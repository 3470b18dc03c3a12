//! Floating-point numbers as Java prints them.

/// Text of a double.
pub fn double(value: f64) -> String {
    special(value).unwrap_or_else(|| java_form(&format!("{value:e}"), &format!("{value:.1e}")))
}

/// Text of a float.
pub fn float(value: f32) -> String {
    special(f64::from(value))
        .unwrap_or_else(|| java_form(&format!("{value:e}"), &format!("{value:.1e}")))
}

fn special(value: f64) -> Option<String> {
    if value.is_nan() {
        Some("NaN".to_owned())
    } else if value.is_infinite() {
        Some(if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned())
    } else {
        None
    }
}

/// Java's form of a number, given the `1.234e-5` with the fewest digits and that with two, which
/// Java prefers to one: plain from 0.001 to below ten million, else with an exponent.
fn java_form(shortest: &str, rounded: &str) -> String {
    let shortest = if shortest.contains('.') {
        shortest
    } else {
        rounded
    };
    let (sign, unsigned) = match shortest.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", shortest),
    };
    let (mantissa, exponent) = unsigned.split_once('e').unwrap_or((unsigned, "0"));
    let digits = mantissa.replace('.', "");
    let digits = digits.strip_suffix('0').unwrap_or(&digits);
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-3..7).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        return format!("{sign}{first}.{rest}E{exponent}");
    }
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole_digits = exponent.unsigned_abs() as usize + 1;
    let padded = format!("{digits:0<whole_digits$}");
    let (whole, rest) = padded.split_at(whole_digits);
    let rest = if rest.is_empty() { "0" } else { rest };
    format!("{sign}{whole}.{rest}")
}
