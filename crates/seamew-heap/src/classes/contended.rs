//! Classes of java.base that HotSpot pads: `@Contended`.
//!
//! Source: `java/lang/Thread.java` and `java/util/concurrent/` of JDK 8, 11, 17, 21 and 25; checked by
//! measuring instances on 11 to 25. Classes of the application are padded only under
//! `-XX:-RestrictContended`, which no dump tells.

use seamew_hprof::tag::BasicType;

use super::Class;
use super::release::{Release, UNTIL_8, When};

/// How a class is padded.
#[derive(Clone, Debug, Default)]
pub struct Padding {
    /// The class as a whole.
    pub is_whole: bool,
    /// Fields of the padded group, in dump order. No class has more than one.
    pub group: Vec<BasicType>,
}

struct Row {
    class: &'static str,
    when: &'static [When],
    is_whole: bool,
    group: &'static [&'static str],
}

const POOL: &str = "java.util.concurrent.ForkJoinPool";
const WORK_QUEUE: &str = "java.util.concurrent.ForkJoinPool$WorkQueue";

/// The first row that holds for a class counts.
const ROWS: [Row; 12] = [
    whole("java.util.concurrent.ConcurrentHashMap$CounterCell", &[]),
    whole("java.util.concurrent.atomic.Striped64$Cell", &[]),
    // Later ones have no fields and are not padded.
    whole(
        "java.util.concurrent.Exchanger$Node",
        &[When::Declares("item")],
    ),
    whole("java.util.concurrent.Exchanger$Slot", &[]),
    group(
        "java.lang.Thread",
        &[When::Lacks("holder")],
        &[
            "threadLocalRandomSeed",
            "threadLocalRandomProbe",
            "threadLocalRandomSecondarySeed",
        ],
    ),
    whole(POOL, &[UNTIL_8]),
    group(POOL, &[], &["ctl", "parallelism"]),
    // Until 16.
    whole(WORK_QUEUE, &[When::Declares("pool")]),
    group(
        WORK_QUEUE,
        &[When::Declares("parking")],
        &["top", "phase", "stackPred", "source", "nsteals", "parking"],
    ),
    group(
        WORK_QUEUE,
        &[When::Declares("access")],
        &["top", "access", "phase", "source", "nsteals"],
    ),
    group(WORK_QUEUE, &[], &["top", "source", "nsteals"]),
    Row {
        class: "java.util.concurrent.SubmissionPublisher$BufferedSubscription",
        when: &[],
        is_whole: true,
        group: &["demand", "waiting"],
    },
];

const fn whole(class: &'static str, when: &'static [When]) -> Row {
    Row {
        class,
        when,
        is_whole: true,
        group: &[],
    }
}

const fn group(class: &'static str, when: &'static [When], group: &'static [&'static str]) -> Row {
    Row {
        class,
        when,
        is_whole: false,
        group,
    }
}

/// Splits the fields of a class into those that lie where they fall, and the padding of the rest.
pub fn split(class: &Class, release: &Release<'_>) -> (Vec<BasicType>, Padding) {
    let row = (ROWS.iter())
        .filter(|row| row.class == class.name)
        .find(|row| row.when.iter().all(|when| release.holds(*when, class)));
    let in_group = |name: &str| row.is_some_and(|row| row.group.contains(&name));
    let (grouped, plain): (Vec<_>, Vec<_>) =
        class.fields.iter().partition(|field| in_group(&field.name));
    let padding = Padding {
        is_whole: row.is_some_and(|row| row.is_whole),
        group: grouped.into_iter().map(super::Field::basic_type).collect(),
    };
    (
        plain.into_iter().map(super::Field::basic_type).collect(),
        padding,
    )
}
