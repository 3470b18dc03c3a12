//! What is known of a class of collections: where its size, its backing array, its entries are.
//!
//! A shape is written as words `name=value` behind the class and the kind (list, queue, set, map,
//! multimap). A value is a path of fields, `count.value`; `a|b` stands for the field a or else b,
//! `segments[]` for all elements of an array, `value?` for a field that may be absent (the path
//! then goes on from the object before) or null, `this` for the collection itself.
//!
//! | word | meaning |
//! |---|---|
//! | `size` | the number of entries: paths to integers, or numbers, joined by `+` |
//! | `array` | elements from the first on, as many as the size says, else all |
//! | `slots` | elements anywhere in an array |
//! | `ring`, `head`, `tail` | elements from `head` on, around the end of the array |
//! | `pairs` | keys and values in turn in one array |
//! | `keys`, `values`, `occupied`, `null` | arrays side by side; a place counts where the key (or `occupied=values`: the value) is not null or zero, or below the size (`occupied=size`); `null` is a flag: the last place has the null key; what is no array is the only element |
//! | `universe`, `values` | values side by side with the constants of an enum |
//! | `table`, `next` | buckets of nodes; in a node: `key`, `value`, `hash`, `tree` (first node of a treeified bucket), `moved` (the table to which the bucket went) |
//! | `first`, `next`, `until` | a chain of nodes; in a node: `item`, or `key` and `value`; nodes without one are passed over unless `nulls=yes` |
//! | `root`, `left`, `right` | a binary tree of nodes with `key` and `value` |
//! | `fields` | names of fields with elements, of a map with keys and values in turn; `absent=Class#STATIC` stands for none |
//! | `bits`, `universe` | a long or an array of longs with a bit for each element of `universe` |
//! | `of`, `part` | a wrapper or a view: another collection has the elements; of a map its keys, or with `part=values` its values; `key` and `value` lead on from those |

use std::collections::BTreeMap;

use serde::Serialize;

/// What a collection is for its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    List,
    Queue,
    Set,
    Map,
    Multimap,
}

impl Kind {
    pub const ALL: [Self; 5] = [
        Self::List,
        Self::Queue,
        Self::Set,
        Self::Map,
        Self::Multimap,
    ];

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == name)
    }

    /// Its name, in shapes and in answers.
    pub fn label(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Queue => "queue",
            Self::Set => "set",
            Self::Map => "map",
            Self::Multimap => "multimap",
        }
    }

    /// True where entries have keys and values.
    pub fn is_map(self) -> bool {
        matches!(self, Self::Map | Self::Multimap)
    }
}

/// One field on the way, by its possible names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub fields: Vec<String>,
    /// Go on with all elements of the array that the field refers to.
    pub each: bool,
    /// Stay where there is no such field.
    pub optional: bool,
}

/// Fields to follow from an object; none for the object itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

impl Path {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "this" {
            return Ok(Self::default());
        }
        let step = |text: &str| {
            let (text, optional) = match text.strip_suffix('?') {
                Some(text) => (text, true),
                None => (text, false),
            };
            let (names, each) = match text.strip_suffix("[]") {
                Some(names) => (names, true),
                None => (text, false),
            };
            let fields: Vec<String> = names.split('|').map(str::to_owned).collect();
            let is_whole = fields.iter().all(|field| !field.is_empty());
            is_whole.then_some(Step {
                fields,
                each,
                optional,
            })
        };
        let steps: Option<Vec<Step>> = text.split('.').map(step).collect();
        steps
            .map(Self)
            .ok_or_else(|| format!("`{text}` is no path of fields, as count.value"))
    }
}

/// Where the number of entries is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// A number that is written in the shape.
    pub number: Option<u64>,
    /// Integers to be added.
    pub terms: Vec<Path>,
}

/// What a node refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    pub next: Option<String>,
    pub key: Option<Path>,
    /// The value, or the element of what is no map.
    pub value: Option<Path>,
    pub hash: Option<String>,
    pub tree: Option<String>,
    pub moved: Option<String>,
}

/// Which places of arrays side by side are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupied {
    Keys,
    Values,
    Size,
}

/// Where the entries are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    Unknown,
    Of {
        inner: Path,
        /// The elements are a map's values, not its keys.
        values: bool,
        /// What to follow from the inner key and value.
        key: Option<Path>,
        value: Option<Path>,
    },
    Array(Path),
    Slots(Path),
    Ring {
        array: Path,
        head: Path,
        tail: Option<Path>,
    },
    Pairs(Path),
    Parallel {
        keys: Path,
        values: Option<Path>,
        occupied: Occupied,
        null: Option<Path>,
        /// The keys are those of an enum, which all its maps share.
        shared: bool,
    },
    Table {
        table: Path,
        node: Node,
    },
    Chain {
        first: Path,
        until: Option<Path>,
        node: Node,
        nulls: bool,
    },
    Tree {
        root: Path,
        left: String,
        right: String,
        node: Node,
    },
    Fields {
        fields: Vec<String>,
        nulls: bool,
        /// Class and static field whose object stands for no element.
        absent: Option<(String, String)>,
    },
    Bits {
        bits: Path,
        universe: Option<Path>,
    },
}

/// A class of collections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Name of the class; `*` stands for any text.
    pub class_name: String,
    pub kind: Kind,
    /// None where the store tells.
    pub size: Option<Size>,
    pub store: Store,
}

impl Shape {
    /// Reads a line: class, kind, and words `name=value`.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn parse_line(line: &str) -> Result<Self, String> {
        let mut words = line.split_ascii_whitespace();
        let (Some(class_name), Some(kind)) = (words.next(), words.next()) else {
            return Err(format!("`{line}` has no class and kind"));
        };
        let mut pairs = BTreeMap::from([("class".to_owned(), class_name.to_owned())]);
        pairs.insert("kind".to_owned(), kind.to_owned());
        for word in words {
            let pair = word.split_once('=');
            let (name, value) = pair.ok_or_else(|| format!("`{word}` is not name=value"))?;
            pairs.insert(name.to_owned(), value.to_owned());
        }
        Self::from_pairs(pairs)
    }

    /// A shape of names and values, `class` and `kind` among them.
    ///
    /// # Errors
    /// What is wrong, in a sentence.
    pub fn from_pairs(pairs: BTreeMap<String, String>) -> Result<Self, String> {
        let mut words = Words(pairs);
        let class_name = words.take("class").ok_or("`class` is missing")?;
        let shape = Self::from_words(class_name.clone(), &mut words);
        shape.map_err(|reason| format!("{class_name}: {reason}"))
    }

    fn from_words(class_name: String, words: &mut Words) -> Result<Self, String> {
        let kind = words.take("kind").ok_or("`kind` is missing")?;
        let kind = Kind::from_name(&kind)
            .ok_or_else(|| format!("`kind` is list, queue, set, map or multimap, not {kind}"))?;
        let size = words
            .take("size")
            .map(|text| parse_size(&text))
            .transpose()?;
        let store = words.store(kind)?;
        if let Some(name) = words.0.keys().next() {
            return Err(format!(
                "`{name}` is unknown, or does not go with the others"
            ));
        }
        let needs_size = match &store {
            Store::Unknown | Store::Tree { .. } | Store::Pairs(_) => true,
            Store::Parallel { occupied, .. } => *occupied == Occupied::Size,
            Store::Table { node, .. } => node.next.is_some(),
            _ => false,
        };
        if size.is_none() && needs_size {
            return Err("`size` is missing: nothing else tells the number of entries".to_owned());
        }
        Ok(Self {
            class_name,
            kind,
            size,
            store,
        })
    }

    /// Whether nothing is wrong if there is nothing at the end of a path.
    pub fn may_be_missing(path: &Path) -> bool {
        path.0.last().is_some_and(|step| step.optional)
    }

    /// Whether all collections of this shape have so many entries.
    pub fn size_is(&self, number: u64) -> bool {
        let is_number = |size: &Size| size.terms.is_empty() && size.number == Some(number);
        self.size.as_ref().is_some_and(is_number)
    }

    /// Whether the collection itself is a node of its chain: such lists are no objects apart.
    pub fn is_node(&self) -> bool {
        matches!(&self.store, Store::Chain { first, .. } if first.0.is_empty())
    }

    /// The paths that begin at the collection.
    pub fn paths(&self) -> Vec<&Path> {
        let terms = self.size.iter().flat_map(|size| &size.terms);
        let mut paths: Vec<&Path> = terms.collect();
        match &self.store {
            Store::Unknown | Store::Fields { .. } => {}
            Store::Of { inner: path, .. }
            | Store::Array(path)
            | Store::Slots(path)
            | Store::Pairs(path) => {
                paths.push(path);
            }
            Store::Ring { array, head, tail } => {
                paths.extend([array, head].into_iter().chain(tail));
            }
            Store::Parallel {
                keys, values, null, ..
            } => {
                paths.extend([keys].into_iter().chain(values).chain(null));
            }
            Store::Table { table, .. } => paths.push(table),
            Store::Chain { first, until, .. } => paths.extend([first].into_iter().chain(until)),
            Store::Tree { root, .. } => paths.push(root),
            Store::Bits { bits, universe } => paths.extend([bits].into_iter().chain(universe)),
        }
        paths
    }
}

fn parse_size(text: &str) -> Result<Size, String> {
    let mut size = Size::default();
    for term in text.split('+') {
        match term.parse::<u64>() {
            Ok(number) => size.number = Some(size.number.unwrap_or(0).saturating_add(number)),
            Err(_) => size.terms.push(Path::parse(term)?),
        }
    }
    Ok(size)
}

/// The words of a shape that are not read yet.
struct Words(BTreeMap<String, String>);

impl Words {
    fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    fn path(&mut self, name: &str) -> Result<Option<Path>, String> {
        self.take(name).map(|text| Path::parse(&text)).transpose()
    }

    fn needed_path(&mut self, name: &str) -> Result<Path, String> {
        (self.path(name)?).ok_or_else(|| format!("`{name}` is missing"))
    }

    fn needed(&mut self, name: &str) -> Result<String, String> {
        (self.take(name)).ok_or_else(|| format!("`{name}` is missing"))
    }

    fn nulls(&mut self) -> Result<bool, String> {
        match self.take("nulls").as_deref() {
            None | Some("no") => Ok(false),
            Some("yes") => Ok(true),
            Some(other) => Err(format!("`nulls` is yes or no, not {other}")),
        }
    }

    fn store(&mut self, kind: Kind) -> Result<Store, String> {
        if let Some(inner) = self.path("of")? {
            let values = match self.take("part").as_deref() {
                None | Some("keys") => false,
                Some("values") => true,
                Some(other) => return Err(format!("`part` is keys or values, not {other}")),
            };
            return Ok(Store::Of {
                inner,
                values,
                key: self.path("key")?,
                value: self.path("value")?,
            });
        }
        if let Some(path) = self.path("array")? {
            return Ok(Store::Array(path));
        }
        if let Some(path) = self.path("slots")? {
            return Ok(Store::Slots(path));
        }
        if let Some(path) = self.path("pairs")? {
            return Ok(Store::Pairs(path));
        }
        if let Some(array) = self.path("ring")? {
            let head = self.needed_path("head")?;
            let tail = self.path("tail")?;
            return Ok(Store::Ring { array, head, tail });
        }
        if let Some(bits) = self.path("bits")? {
            let universe = self.path("universe")?;
            return Ok(Store::Bits { bits, universe });
        }
        if let Some(keys) = self.path("keys")? {
            return self.parallel(keys);
        }
        if let Some(keys) = self.path("universe")? {
            return Ok(Store::Parallel {
                keys,
                values: Some(self.needed_path("values")?),
                occupied: Occupied::Values,
                null: None,
                shared: true,
            });
        }
        if let Some(fields) = self.take("fields") {
            return self.fields(kind, &fields);
        }
        self.linked(kind)
    }

    fn parallel(&mut self, keys: Path) -> Result<Store, String> {
        let occupied = match self.take("occupied").as_deref() {
            None | Some("keys") => Occupied::Keys,
            Some("values") => Occupied::Values,
            Some("size") => Occupied::Size,
            Some(other) => return Err(format!("`occupied` is keys, values or size, not {other}")),
        };
        Ok(Store::Parallel {
            keys,
            values: self.path("values")?,
            occupied,
            null: self.path("null")?,
            shared: false,
        })
    }

    fn fields(&mut self, kind: Kind, names: &str) -> Result<Store, String> {
        let fields: Vec<String> = names.split(',').map(str::to_owned).collect();
        if kind.is_map() && fields.len() % 2 == 1 {
            return Err("`fields` of a map are keys and values in turn".to_owned());
        }
        let absent = match self.take("absent") {
            None => None,
            Some(text) => {
                let (class_name, field) = (text.split_once('#'))
                    .ok_or_else(|| format!("`absent` is Class#STATIC, not {text}"))?;
                Some((class_name.to_owned(), field.to_owned()))
            }
        };
        Ok(Store::Fields {
            fields,
            nulls: self.nulls()?,
            absent,
        })
    }

    /// What consists of nodes.
    fn linked(&mut self, kind: Kind) -> Result<Store, String> {
        if let Some(table) = self.path("table")? {
            let node = self.node(kind)?;
            return Ok(Store::Table { table, node });
        }
        if let Some(first) = self.path("first")? {
            let until = self.path("until")?;
            let nulls = self.nulls()?;
            let node = self.node(kind)?;
            if node.next.is_none() {
                return Err("`next` is missing".to_owned());
            }
            return Ok(Store::Chain {
                first,
                until,
                node,
                nulls,
            });
        }
        if let Some(root) = self.path("root")? {
            return Ok(Store::Tree {
                root,
                left: self.needed("left")?,
                right: self.needed("right")?,
                node: self.node(kind)?,
            });
        }
        Ok(Store::Unknown)
    }

    fn node(&mut self, kind: Kind) -> Result<Node, String> {
        let (key, mut value) = (self.path("key")?, self.path("value")?);
        if !kind.is_map() {
            value = self.path("item")?.or(value);
        }
        if kind.is_map() && key.is_none() {
            return Err("`key` is missing".to_owned());
        }
        if key.is_none() && value.is_none() {
            return Err("`item` is missing".to_owned());
        }
        Ok(Node {
            next: self.take("next"),
            key,
            value,
            hash: self.take("hash"),
            tree: self.take("tree"),
            moved: self.take("moved"),
        })
    }
}
