//! Names of functions and methods: a fixed list, since nothing is called by reflection.

use crate::parser::near_name;

/// Functions: the first step of a path, with one argument.
pub const FUNCTIONS: [&str; 12] = [
    "toHex",
    "toString",
    "dominators",
    "dominatorof",
    "inbounds",
    "outbounds",
    "classof",
    "eval",
    "retainedSet",
    "path",
    "entries",
    "size",
];

/// Methods of any kind of value.
pub const METHODS: &[&str] = &[
    // of objects and classes
    "doesExtend",
    "getAllSubclasses",
    "getAllSubClasses",
    "getClassLoaderAddress",
    "getClassLoaderId",
    "getClassSpecificName",
    "getClazz",
    "getDefinedClasses",
    "getDisplayName",
    "getField",
    "getFieldDescriptors",
    "getFields",
    "getGCRootInfo",
    "getHeapSizePerInstance",
    "getLength",
    "getName",
    "getNumberOfObjects",
    "getObject",
    "getObjectAddress",
    "getObjectId",
    "getObjectIds",
    "getOutboundReferences",
    "getReferenceArray",
    "getRetainedHeapSize",
    "getSnapshot",
    "getStaticFields",
    "getSubclasses",
    "getSuperClass",
    "getSuperClassAddress",
    "getSuperClassId",
    "getTechnicalName",
    "getUsedHeapSize",
    "getValueArray",
    "getValueAt",
    "hasSuperClass",
    "isArrayType",
    "resolveValue",
    // of fields and roots
    "getContextAddress",
    "getContextId",
    "getType",
    "getVerboseSignature",
    // of the snapshot
    "getClassOf",
    "getClasses",
    "getClassesByName",
    "getGCRoots",
    "getHeapSize",
    "getImmediateDominatedIds",
    "getImmediateDominatorId",
    "getInboundRefererIds",
    "getOutboundReferentIds",
    "getRetainedSet",
    "getSnapshotInfo",
    "isArray",
    "isClass",
    "isClassLoader",
    "isGCRoot",
    "mapAddressToId",
    "mapIdToAddress",
    // of the facts of the snapshot
    "getCreationDate",
    "getIdentifierSize",
    "getJvmInfo",
    "getNumberOfClassLoaders",
    "getNumberOfClasses",
    "getNumberOfGCRoots",
    "getPath",
    "getTime",
    // of texts
    "charAt",
    "compareTo",
    "compareToIgnoreCase",
    "concat",
    "contains",
    "contentEquals",
    "endsWith",
    "equals",
    "equalsIgnoreCase",
    "indexOf",
    "isBlank",
    "isEmpty",
    "lastIndexOf",
    "length",
    "matches",
    "repeat",
    "replace",
    "replaceAll",
    "replaceFirst",
    "split",
    "startsWith",
    "strip",
    "substring",
    "toCharArray",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    // of numbers, characters and booleans
    "booleanValue",
    "byteValue",
    "charValue",
    "doubleValue",
    "floatValue",
    "hashCode",
    "intValue",
    "isInfinite",
    "isNaN",
    "longValue",
    "shortValue",
    // of lists, entries and rows
    "containsKey",
    "get",
    "getKey",
    "getValue",
    "keySet",
    "size",
    "subList",
    "toArray",
    "values",
    // of classes of the analyser
    "abs",
    "asList",
    "ceil",
    "floor",
    "forName",
    "getClass",
    "getSimpleName",
    "isDigit",
    "isLetter",
    "isLetterOrDigit",
    "isWhitespace",
    "join",
    "log10",
    "max",
    "min",
    "parseBoolean",
    "parseDouble",
    "parseFloat",
    "parseInt",
    "parseLong",
    "pow",
    "round",
    "signum",
    "sqrt",
    "toBinaryString",
    "toHexString",
    "toOctalString",
    "valueOf",
];

/// Functions of `VisualVM` and jhat, and what does the same here.
const ELSEWHERE: [(&str, &str); 13] = [
    ("sizeof", "s.@usedHeapSize"),
    ("rsizeof", "s.@retainedHeapSize"),
    ("referrers", "inbounds(s)"),
    ("referees", "outbounds(s)"),
    ("objectid", "s.@objectId"),
    ("reachables", "retainedSet(s)"),
    ("livepaths", "path(s)"),
    ("root", "path(s)"),
    ("toHtml", "toString(s)"),
    ("shallowSize", "s.@usedHeapSize"),
    ("retainedSize", "s.@retainedHeapSize"),
    ("getAddress", "s.@objectAddress"),
    ("getId", "s.@objectId"),
];

/// What to write instead of a call of something unknown.
pub fn advice_for_call(name: &str, arguments: usize, is_first: bool) -> String {
    if let Some((_, instead)) = ELSEWHERE.iter().find(|(own, _)| *own == name) {
        return format!("write {instead}");
    }
    if is_first && FUNCTIONS.contains(&name) {
        return format!("{name} takes one argument, not {arguments}");
    }
    let same = |own: &&&str| own.eq_ignore_ascii_case(name);
    let functions: &[&str] = if is_first { &FUNCTIONS } else { &[] };
    let all = || functions.iter().chain(METHODS);
    if let Some(own) = all().find(same) {
        return format!("did you mean {own}? Case counts");
    }
    let names: Vec<&str> = all().copied().collect();
    if let Some(own) = near_name(name, &names) {
        return format!("did you mean {own}?");
    }
    if is_first {
        format!("functions are {}", FUNCTIONS.join(", "))
    } else {
        "nothing is called by reflection; `seamew query --help` says where the methods are listed"
            .to_owned()
    }
}
