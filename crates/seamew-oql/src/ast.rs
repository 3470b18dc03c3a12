//! The tree of a query. Nodes are equal where they say the same, wherever they stand.

use std::sync::Arc;

use crate::error::Span;

/// A name and where it stands.
#[derive(Clone, Debug)]
pub struct Name {
    pub text: Arc<str>,
    pub span: Span,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// A whole query: a SELECT with the arms that UNION adds.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub select: Arc<Select>,
    pub unions: Vec<Query>,
    pub order: Vec<OrderKey>,
    pub limit: Option<u64>,
    pub offset: u64,
    /// Number among the queries of the text; see [`crate::eval`] for what it is used for.
    pub number: QueryNumber,
}

/// A query's number within the text that it is part of.
#[derive(Clone, Copy, Debug)]
pub struct QueryNumber(pub usize);

impl PartialEq for QueryNumber {
    /// Numbers tell nothing of what is asked.
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

/// A key of ORDER BY.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderKey {
    pub key: Expr,
    pub is_descending: bool,
}

/// SELECT ... FROM ... WHERE ... GROUP BY ... HAVING.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    pub modifier: Modifier,
    pub list: SelectList,
    pub source: Source,
    pub condition: Option<Expr>,
    pub group_by: Vec<Expr>,
    pub having: Option<Expr>,
}

/// What stands behind SELECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    None,
    Distinct,
    RetainedSet,
}

/// What is selected.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectList {
    /// `*`: the rows themselves.
    Rows,
    /// `OBJECTS item`: what the item leads to, as one list of objects.
    Objects(Item),
    Columns(Vec<Item>),
}

/// An expression with the name of its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub expression: Expr,
    pub name: Option<Arc<str>>,
}

/// What stands behind FROM.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// OBJECTS: the objects named, not instances of the classes named.
    pub takes_objects: bool,
    /// INSTANCEOF: subclasses too.
    pub with_subclasses: bool,
    pub origin: Origin,
    pub alias: Option<Name>,
}

/// Where rows come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    Class(Name),
    /// A regular expression for the names of classes.
    Pattern(Name),
    Named(Vec<ObjectName>),
    Query(Box<Query>),
    /// A value: a path from a variable, or what stands in parentheses.
    Value(Box<Expr>),
}

/// How a query names an object.
#[derive(Clone, Copy, Debug)]
pub struct ObjectName {
    pub reference: ObjectReference,
    pub span: Span,
}

impl PartialEq for ObjectName {
    fn eq(&self, other: &Self) -> bool {
        self.reference == other.reference
    }
}

/// An object by id or by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectReference {
    Id(u32),
    Address(u64),
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What an expression is. Chains of one precedence are lists, so that long ones are not deep.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Literal(Literal),
    Path(Path),
    Query(Box<Query>),
    Or(Vec<Expr>),
    And(Vec<Expr>),
    /// Operators of one precedence, from left to right.
    Chain {
        first: Box<Expr>,
        rest: Vec<(Operator, Expr)>,
    },
    /// `<`, `>`, `<=`, `>=`, of which one stands between two sums.
    Compare {
        left: Box<Expr>,
        operator: Operator,
        right: Box<Expr>,
    },
    Like {
        left: Box<Expr>,
        pattern: Name,
        is_negated: bool,
    },
    In {
        left: Box<Expr>,
        right: Box<Expr>,
        is_negated: bool,
    },
    Implements {
        left: Box<Expr>,
        type_name: Name,
    },
    /// IS [NOT] NULL.
    IsNull {
        left: Box<Expr>,
        is_negated: bool,
    },
    Aggregate(Aggregate),
}

/// `count(*)`, `sum(x)`, `count(DISTINCT x)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    pub function: AggregateFunction,
    /// None: `*`.
    pub argument: Option<Box<Expr>>,
    pub is_distinct: bool,
}

/// What becomes of the values of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateFunction {
    Count,
    Sum,
    Min,
    Max,
    Average,
}

impl AggregateFunction {
    pub const ALL: [(&'static str, Self); 5] = [
        ("count", Self::Count),
        ("sum", Self::Sum),
        ("min", Self::Min),
        ("max", Self::Max),
        ("avg", Self::Average),
    ];

    pub fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, one)| *one == self);
        found.map_or("", |(name, _)| name)
    }
}

/// A literal. Numbers are as MAT reads them: whole ones have 32 bits unless marked with L, others
/// are floats unless marked with d.
#[derive(Clone, Debug)]
pub enum Literal {
    Null,
    Boolean(bool),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    Character(char),
    Text(Arc<str>),
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Boolean(one), Self::Boolean(two)) => one == two,
            (Self::Int(one), Self::Int(two)) => one == two,
            (Self::Long(one), Self::Long(two)) => one == two,
            (Self::Float(one), Self::Float(two)) => one.to_bits() == two.to_bits(),
            (Self::Double(one), Self::Double(two)) => one.to_bits() == two.to_bits(),
            (Self::Character(one), Self::Character(two)) => one == two,
            (Self::Text(one), Self::Text(two)) => one == two,
            _ => false,
        }
    }
}

/// Operators between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    DividedBy,
}

impl Operator {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::LessOrEqual => "<=",
            Self::GreaterOrEqual => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::DividedBy => "/",
        }
    }
}

/// Steps from a row, an alias or a variable to a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// `${name}` in front.
    pub variable: Option<Name>,
    pub steps: Vec<Step>,
}

impl Path {
    /// The name that the path begins with, if it begins with one that may be an alias.
    pub fn first_name(&self) -> Option<&str> {
        match (&self.variable, self.steps.first()) {
            (Some(name), _) => Some(&name.text),
            (
                None,
                Some(Step {
                    kind: StepKind::Name(name),
                    ..
                }),
            ) => Some(name),
            _ => None,
        }
    }
}

/// A step of a path.
#[derive(Clone, Debug)]
pub struct Step {
    pub kind: StepKind,
    pub span: Span,
    /// Number among the steps of the text: places of fields are remembered by it.
    pub number: usize,
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What a step is.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// An alias, a field, a column.
    Name(Arc<str>),
    /// `@name`: a property of what the analyser knows.
    Attribute(Arc<str>),
    /// `name(...)`: a method; as the first step with one argument a function.
    Call {
        name: Arc<str>,
        arguments: Vec<Expr>,
    },
    Index(Box<Expr>),
    Range(Box<Expr>, Box<Expr>),
}
