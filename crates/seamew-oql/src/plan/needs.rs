//! What of its row an expression needs to know.

use crate::ast::{Expr, ExprKind, Path, Select, Step, StepKind};
use crate::walk::parts;

/// Attributes that the index tells.
const OF_INDEX: [&str; 8] = [
    "objectId",
    "objectAddress",
    "clazz",
    "class",
    "usedHeapSize",
    "retainedHeapSize",
    "GCRootInfo",
    "snapshot",
];
/// Functions whose answers the index has.
const INDEX_FUNCTIONS: [&str; 5] = [
    "classof",
    "dominatorof",
    "dominators",
    "inbounds",
    "outbounds",
];

/// Whether the dump must be read to compute an expression for a row.
pub fn needs_contents(expression: &Expr, select: &Select) -> bool {
    match &expression.kind {
        ExprKind::Literal(_) => false,
        // What a sub-query needs it reads itself.
        ExprKind::Query(_) => true,
        ExprKind::Path(path) => path_needs_contents(path, select),
        _ => parts(expression)
            .into_iter()
            .any(|part| needs_contents(part, select)),
    }
}

fn path_needs_contents(path: &Path, select: &Select) -> bool {
    if path.variable.is_some() {
        return true;
    }
    let alias = select.source.alias.as_ref().map(|alias| &*alias.text);
    let Some(first) = path.steps.first() else {
        return true;
    };
    let rest = match &first.kind {
        StepKind::Name(name) if alias == Some(&**name) => path.steps.get(1..).unwrap_or_default(),
        StepKind::Attribute(_) => path.steps.as_slice(),
        StepKind::Call { name, arguments } => {
            let is_known =
                matches!(&**name, "toHex" | "eval") || INDEX_FUNCTIONS.contains(&&**name);
            let needs = arguments
                .iter()
                .any(|argument| needs_contents(argument, select));
            return !is_known || needs || !rest_is_plain(path.steps.get(1..).unwrap_or_default());
        }
        _ => return true,
    };
    match rest {
        [] => false,
        [
            Step {
                kind: StepKind::Attribute(name),
                ..
            },
            rest @ ..,
        ] => !OF_INDEX.contains(&&**name) || !rest_is_plain(rest),
        _ => true,
    }
}

/// Whether steps behind an answer of the index read nothing: properties of classes, lengths.
fn rest_is_plain(steps: &[Step]) -> bool {
    steps.iter().all(|step| match &step.kind {
        StepKind::Attribute(name) => {
            matches!(
                &**name,
                "name" | "length" | "superClass" | "numberOfObjects"
            ) || OF_INDEX.contains(&&**name)
        }
        StepKind::Name(name) => &**name == "length",
        _ => false,
    })
}
