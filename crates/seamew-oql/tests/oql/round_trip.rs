//! Any query, written as text and read again, is the same query.

use std::sync::Arc;

use proptest::prelude::*;
use seamew_oql::ast::*;
use seamew_oql::{Span, parse};

fn name() -> impl Strategy<Value = Arc<str>> {
    let words = [
        "a",
        "b",
        "s",
        "value",
        "größe",
        "$x",
        "select",
        "from",
        "where",
        "like",
        "in",
        "as",
        "objects",
        "distinct",
        "union",
        "limit",
        "order",
        "group",
        "by",
        "having",
        "set",
        "is",
        "count_",
        "snapshot",
        "Map$Entry",
        "e",
    ];
    prop::sample::select(words.to_vec()).prop_map(Arc::from)
}

/// A name that stands where keywords would be taken for keywords.
fn plain_name() -> impl Strategy<Value = Arc<str>> {
    prop::sample::select(vec![
        "a", "b", "s", "value", "größe", "$x", "like", "e", "limit",
    ])
    .prop_map(Arc::from)
}

fn placed(text: Arc<str>) -> Name {
    let span = Span::default();
    Name { text, span }
}

fn text() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        prop::sample::select(vec![
            "",
            "a",
            "say \"hi\"",
            "C:\\",
            "a\\.b",
            "two\nlines\\",
            "'",
            "ä😀"
        ])
        .prop_map(Arc::from),
        "[ -~äß]{0,12}".prop_map(Arc::from),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i32>().prop_map(Literal::Int),
        any::<i64>().prop_map(Literal::Long),
        any::<f32>()
            .prop_filter("a number", |it| !it.is_nan())
            .prop_map(Literal::Float),
        any::<f64>()
            .prop_filter("a number", |it| !it.is_nan())
            .prop_map(Literal::Double),
        prop::sample::select(vec!['a', '"', ' ', 'ä', '\\']).prop_map(Literal::Character),
        text().prop_map(Literal::Text),
    ]
}

fn expr(kind: ExprKind) -> Expr {
    let span = Span::default();
    Expr { kind, span }
}

fn step(kind: StepKind) -> Step {
    Step {
        kind,
        span: Span::default(),
        number: 0,
    }
}

fn path(inner: impl Strategy<Value = Expr> + Clone + 'static) -> impl Strategy<Value = Path> {
    let call = (name(), prop::collection::vec(inner.clone(), 0..3))
        .prop_map(|(name, arguments)| StepKind::Call { name, arguments });
    let named = prop_oneof![
        4 => name().prop_map(StepKind::Name),
        2 => name().prop_map(StepKind::Attribute),
        1 => call,
    ];
    let index = inner.clone().prop_map(|at| StepKind::Index(Box::new(at)));
    let range = (inner.clone(), inner)
        .prop_map(|(one, other)| StepKind::Range(Box::new(one), Box::new(other)));
    let later = prop_oneof![3 => named.clone(), 1 => index, 1 => range];
    let first = prop_oneof![
        3 => plain_name().prop_map(StepKind::Name),
        1 => name().prop_map(StepKind::Attribute),
        1 => plain_name().prop_map(|name| StepKind::Call { name, arguments: Vec::new() }),
    ];
    (
        any::<bool>(),
        plain_name(),
        first,
        prop::collection::vec(later, 0..3),
    )
        .prop_map(|(is_variable, variable, first, later)| {
            let first = (!is_variable).then_some(first);
            Path {
                variable: is_variable.then(|| placed(variable)),
                steps: first.into_iter().chain(later).map(step).collect(),
            }
        })
}

fn boxed(expression: Expr) -> Box<Expr> {
    Box::new(expression)
}

fn chain(
    operators: Vec<Operator>,
    operand: impl Strategy<Value = Expr> + Clone + 'static,
) -> impl Strategy<Value = Expr> {
    let more = (prop::sample::select(operators), operand.clone());
    (operand, prop::collection::vec(more, 1..4)).prop_map(|(first, rest)| {
        let first = Box::new(first);
        expr(ExprKind::Chain { first, rest })
    })
}

fn expressions() -> BoxedStrategy<Expr> {
    let leaf = literal().prop_map(|it| expr(ExprKind::Literal(it)));
    leaf.prop_recursive(4, 40, 4, |inner| {
        let two = (inner.clone(), inner.clone());
        let comparison = prop::sample::select(vec![Operator::Less, Operator::Greater, Operator::LessOrEqual, Operator::GreaterOrEqual]);
        let aggregate = (prop::sample::select(AggregateFunction::ALL.to_vec()), prop::option::of(inner.clone()), any::<bool>());
        prop_oneof![
            3 => path(inner.clone()).prop_map(|it| expr(ExprKind::Path(it))),
            1 => chain(vec![Operator::Plus, Operator::Minus], inner.clone()),
            1 => chain(vec![Operator::Times, Operator::DividedBy], inner.clone()),
            1 => chain(vec![Operator::Equal, Operator::NotEqual], inner.clone()),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|it| expr(ExprKind::Or(it))),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|it| expr(ExprKind::And(it))),
            1 => (two.clone(), comparison).prop_map(|((left, right), operator)| {
                let (left, right) = (boxed(left), boxed(right));
                expr(ExprKind::Compare { left, operator, right })
            }),
            1 => (inner.clone(), text(), any::<bool>()).prop_map(|(left, pattern, is_negated)| {
                expr(ExprKind::Like { left: boxed(left), pattern: placed(pattern), is_negated })
            }),
            1 => (two, any::<bool>()).prop_map(|((left, right), is_negated)| {
                expr(ExprKind::In { left: boxed(left), right: boxed(right), is_negated })
            }),
            1 => (inner.clone(), class_name()).prop_map(|(left, name)| {
                expr(ExprKind::Implements { left: boxed(left), type_name: placed(name) })
            }),
            1 => (inner.clone(), any::<bool>()).prop_map(|(left, is_negated)| {
                expr(ExprKind::IsNull { left: boxed(left), is_negated })
            }),
            1 => aggregate.prop_map(|((_, function), argument, is_distinct)| {
                let argument = if function == AggregateFunction::Count { argument } else {
                    argument.or_else(|| Some(expr(ExprKind::Literal(Literal::Int(1)))))
                };
                let is_distinct = is_distinct && argument.is_some();
                expr(ExprKind::Aggregate(Aggregate { function, argument: argument.map(boxed), is_distinct }))
            }),
            1 => queries(inner).prop_map(|it| expr(ExprKind::Query(Box::new(it)))),
        ]
    })
    .boxed()
}

fn class_name() -> impl Strategy<Value = Arc<str>> {
    (plain_name(), prop::collection::vec(name(), 0..3), 0..3usize).prop_map(
        |(first, more, dimensions)| {
            let dotted: Vec<&str> = std::iter::once(&*first)
                .chain(more.iter().map(|it| &**it))
                .collect();
            Arc::from(format!("{}{}", dotted.join("."), "[]".repeat(dimensions)))
        },
    )
}

fn origins(inner: impl Strategy<Value = Expr> + Clone + 'static) -> impl Strategy<Value = Origin> {
    let object = prop_oneof![
        any::<u32>().prop_map(ObjectReference::Id),
        any::<u64>().prop_map(ObjectReference::Address),
    ];
    let named = object.prop_map(|reference| ObjectName {
        reference,
        span: Span::default(),
    });
    prop_oneof![
        3 => class_name().prop_map(|name| Origin::Class(placed(name))),
        1 => text().prop_map(|pattern| Origin::Pattern(placed(pattern))),
        1 => prop::collection::vec(named, 1..3).prop_map(Origin::Named),
        2 => inner.prop_map(|value| Origin::Value(Box::new(value))),
    ]
}

fn items(
    inner: impl Strategy<Value = Expr> + Clone + 'static,
) -> impl Strategy<Value = SelectList> {
    let item = (inner, prop::option::of(prop_oneof![name(), text()]))
        .prop_map(|(expression, name)| Item { expression, name });
    prop_oneof![
        Just(SelectList::Rows),
        item.clone().prop_map(SelectList::Objects),
        prop::collection::vec(item, 1..3).prop_map(SelectList::Columns),
    ]
}

fn queries(inner: impl Strategy<Value = Expr> + Clone + 'static) -> impl Strategy<Value = Query> {
    let modifier = prop::sample::select(vec![
        Modifier::None,
        Modifier::Distinct,
        Modifier::RetainedSet,
    ]);
    let alias = prop::option::of(
        prop::sample::select(vec!["a", "s", "as_", "objects", "e", "limit"])
            .prop_map(|it| placed(Arc::from(it))),
    );
    let source = (any::<[bool; 2]>(), origins(inner.clone()), alias).prop_map(
        |([takes_objects, with_subclasses], origin, alias)| Source {
            takes_objects,
            with_subclasses,
            origin,
            alias,
        },
    );
    let grouping = (
        prop::collection::vec(inner.clone(), 0..2),
        prop::option::of(inner.clone()),
    );
    let select = (
        modifier,
        items(inner.clone()),
        source,
        prop::option::of(inner.clone()),
        grouping,
    )
        .prop_map(
            |(modifier, list, source, condition, (group_by, having))| Select {
                modifier,
                list,
                source,
                condition,
                group_by,
                having,
            },
        );
    let order =
        (inner, any::<bool>()).prop_map(|(key, is_descending)| OrderKey { key, is_descending });
    let bounds = (prop::option::of(any::<u32>()), any::<u16>());
    (select, prop::collection::vec(order, 0..2), bounds).prop_map(
        |(select, order, (limit, offset))| Query {
            select: Arc::new(select),
            unions: Vec::new(),
            order,
            limit: limit.map(u64::from),
            offset: u64::from(offset),
            number: QueryNumber(0),
        },
    )
}

fn with_unions() -> impl Strategy<Value = Query> {
    let query = || queries(expressions());
    (
        query(),
        prop::collection::vec(query(), 0..3),
        prop::option::of(query()),
    )
        .prop_map(|(mut query, unions, source)| {
            query.unions = unions;
            if let Some(source) = source {
                let mut select = (*query.select).clone();
                select.source.origin = Origin::Query(Box::new(source));
                query.select = Arc::new(select);
            }
            query
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_query_is_the_same_when_it_is_read_again(query in with_unions()) {
        let written = query.to_string();
        let read = parse(&written).map_err(|error| TestCaseError::fail(format!("{written}: {error:?}")))?;
        prop_assert_eq!(&read.query, &query, "{}", written);
        prop_assert_eq!(read.query.to_string(), written);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place(text in "\\PC{0,80}") {
        if let Err(error) = parse(&text) {
            let span = error.span.unwrap();
            prop_assert!(span.start <= span.end && text.is_char_boundary(span.start), "{:?}", error);
        }
    }

    #[test]
    fn words_in_any_order_are_read_or_refused(words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..24)) {
        let text = format!("SELECT {}", words.join(" "));
        if let Ok(read) = parse(&text) {
            let written = read.query.to_string();
            prop_assert_eq!(parse(&written).unwrap().query, read.query, "{}", written);
        }
    }
}

const WORDS: [&str; 44] = [
    "SELECT",
    "FROM",
    "WHERE",
    "*",
    "OBJECTS",
    "INSTANCEOF",
    "DISTINCT",
    "AS RETAINED SET",
    "AS",
    "UNION (",
    ")",
    "(",
    "a",
    "b.c",
    "a.B",
    ",",
    "1",
    "0x1f",
    "2L",
    "1.5",
    "'c'",
    "\"x\"",
    "=",
    "!=",
    "<",
    "LIKE",
    "NOT",
    "IN",
    "AND",
    "OR",
    "IMPLEMENTS",
    "IS NULL",
    "${snapshot}",
    ".",
    "@n",
    "[0]",
    "[0:-1]",
    "GROUP BY",
    "HAVING",
    "ORDER BY",
    "DESC",
    "LIMIT 1",
    "count(*)",
    "+",
];
