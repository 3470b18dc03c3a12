//! Readable values: layouts of old JDKs and of libraries, and objects that make no sense. What
//! today's JDKs have is tested on running ones (`tests/live/test_readable_values.py`).

use proptest::prelude::*;
use seamew_heap::{Heap, ObjectIndex};
use seamew_testkit::{
    Address, BasicType, ClassSpec, HeapBuilder, HeapOptions, IdSize, JavaVersion, Value, sub,
};

use crate::support::{fresh, open_path};

const LONGEST: usize = 256;

fn old() -> HeapBuilder {
    HeapBuilder::new(HeapOptions {
        id_size: IdSize::Four,
        java: JavaVersion::Eight,
        ..HeapOptions::default()
    })
}

fn opened(built: &mut HeapBuilder, kept: &[Address]) -> Heap {
    for object in kept {
        built.root(sub::ROOT_JNI_GLOBAL, *object);
    }
    let file = built.to_file();
    open_path(file.path(), &fresh())
}

fn object(heap: &Heap, address: Address) -> ObjectIndex {
    heap.resolve(&format!("{:#x}", address.0)).unwrap()
}

fn value(heap: &Heap, address: Address) -> Option<String> {
    heap.readable_value(object(heap, address))
}

/// An instance of a class made for it, with exactly these fields.
fn instance(built: &mut HeapBuilder, class_name: &str, fields: &[(&str, Value)]) -> Address {
    let class = class(built, class_name, None, fields);
    built.instance(class, fields)
}

fn class(
    built: &mut HeapBuilder,
    name: &str,
    above: Option<Address>,
    fields: &[(&str, Value)],
) -> Address {
    let mut spec = fields.iter().fold(ClassSpec::new(name), |spec, field| {
        spec.field(field.0, field.1.basic_type())
    });
    if let Some(above) = above {
        spec = spec.extends(above);
    }
    built.class(spec)
}

fn chars(built: &mut HeapBuilder, text: &str) -> Address {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    built.primitive_array(BasicType::Char, &units)
}

#[test]
fn texts_of_jdk_8() {
    let mut built = old();
    let array = chars(&mut built, "built\u{20ac} and room");
    let fields = [("value", array.into()), ("count", Value::Int(6))];
    let builder = instance(&mut built, "java.lang.StringBuilder", &fields);
    let name = chars(&mut built, "old thread");
    let thread_class = built.known().thread;
    let thread = built.instance(thread_class, &[("name", name.into())]);
    let heap = opened(&mut built, &[builder, thread]);
    assert_eq!(value(&heap, builder).as_deref(), Some("built\u{20ac}"));
    assert_eq!(value(&heap, thread).as_deref(), Some("old thread"));
    let whole = heap.full_text(object(&heap, array), 1000);
    assert_eq!(whole.as_deref(), Some("built\u{20ac} and room"));
}

#[test]
fn addresses_and_locales_of_jdk_6() {
    let mut built = old();
    let host = built.string("db");
    let fields = [
        ("hostName", host.into()),
        ("address", Value::Int(0x0a00_00fe)),
    ];
    let address = instance(&mut built, "java.net.InetAddress", &fields);
    let fields = [("addr", address.into()), ("port", Value::Int(5432))];
    let socket_address = instance(&mut built, "java.net.InetSocketAddress", &fields);
    let parts = ["de", "CH"].map(|part| built.string(part));
    let fields = [("language", parts[0].into()), ("country", parts[1].into())];
    let locale = instance(&mut built, "java.util.Locale", &fields);
    let heap = opened(&mut built, &[socket_address, locale]);
    let found = [address, socket_address, locale].map(|it| value(&heap, it).unwrap());
    assert_eq!(found, ["db/10.0.0.254", "db/10.0.0.254:5432", "de_CH"]);
}

#[test]
fn class_loaders_of_jdk_8_and_of_tomcat() {
    let mut built = old();
    let (protocol, file) = (built.string("file"), built.string("/lib/a.jar"));
    let fields = [("protocol", protocol.into()), ("file", file.into())];
    let url = instance(&mut built, "java.net.URL", &fields);
    let object_class = built.known().object;
    let array_class = built.array_class(object_class);
    let elements = built.object_array(array_class, &[url, Address::NULL]);
    let fields = [("elementData", elements.into()), ("size", Value::Int(1))];
    let list = instance(&mut built, "java.util.ArrayList", &fields);
    let path = instance(
        &mut built,
        "sun.misc.URLClassPath",
        &[("path", list.into())],
    );
    let loader_class = built.known().class_loader;
    let ucp = [("ucp", path.into())];
    let url_loader = class(
        &mut built,
        "java.net.URLClassLoader",
        Some(loader_class),
        &ucp,
    );
    let plugin_class = class(&mut built, "com.acme.PluginLoader", Some(url_loader), &[]);
    let plugin = built.instance(plugin_class, &ucp);

    let name = built.string("/shop");
    let context = instance(&mut built, "StandardContext", &[("name", name.into())]);
    let root = instance(&mut built, "StandardRoot", &[("context", context.into())]);
    let resources = [("resources", root.into())];
    let base = class(
        &mut built,
        "org.apache.catalina.loader.WebappClassLoaderBase",
        Some(url_loader),
        &resources,
    );
    let tomcat_class = class(&mut built, "ParallelWebappClassLoader", Some(base), &[]);
    let tomcat = built.instance(tomcat_class, &resources);
    let unnamed = built.instance(tomcat_class, &ucp);

    let all = [plugin, tomcat, unnamed];
    let heap = opened(&mut built, &all);
    let found = all.map(|it| value(&heap, it).unwrap());
    let wanted = ["file:/lib/a.jar", "/shop", "file:/lib/a.jar"];
    assert_eq!(found, wanted);
}

#[test]
fn class_loaders_with_a_name_far_away() {
    let mut built = old();
    let name = built.string("org.acme.bundle");
    let revision = [("symbolicName", name.into())];
    let mut held = instance(&mut built, "ModuleRevision", &revision);
    for (class_name, field) in [
        ("ModuleWiring", "revision"),
        ("BundleLoader", "wiring"),
        (
            "org.eclipse.osgi.internal.loader.EquinoxClassLoader",
            "delegate",
        ),
    ] {
        held = instance(&mut built, class_name, &[(field, held.into())]);
    }
    let bundle = held;

    let jar = built.string("/srv/shop.jar");
    let file = instance(&mut built, "java.io.File", &[("path", jar.into())]);
    let archive = instance(&mut built, "JarFileArchive", &[("file", file.into())]);
    let fields = [("rootArchive", archive.into())];
    let spring_class = "org.springframework.boot.loader.launch.LaunchedClassLoader";
    let spring = instance(&mut built, spring_class, &fields);

    let name = built.string("deployment.shop.war");
    let module = instance(&mut built, "Module", &[("name", name.into())]);
    let fields = [("module", module.into())];
    let jboss = instance(&mut built, "org.jboss.modules.ModuleClassLoader", &fields);
    let all = [bundle, spring, jboss];
    let heap = opened(&mut built, &all);
    let found = all.map(|it| value(&heap, it).unwrap());
    let wanted = ["org.acme.bundle", "/srv/shop.jar", "deployment.shop.war"];
    assert_eq!(found, wanted);
}

fn string_of(built: &mut HeapBuilder, contents: Address, coder: i8) -> Address {
    let class = built.known().string;
    let fields = [("value", contents.into()), ("coder", Value::Byte(coder))];
    built.instance(class, &fields)
}

#[test]
fn texts_with_broken_encodings() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let half = built.primitive_array(BasicType::Byte, &[0x3d, 0xd8, b'x', 0, b'!']);
    let unpaired = string_of(&mut built, half, 1);
    let bad_coder = string_of(&mut built, half, 7);
    let missing = string_of(&mut built, Address::NULL, 0);
    let not_there = string_of(&mut built, Address(0x1234_5678), 1);
    let bare = built.bare_array(BasicType::Byte, u32::MAX);
    let without_data = string_of(&mut built, bare, 0);
    let ints = built.primitive_array(BasicType::Int, &[0; 8]);
    let of_ints = string_of(&mut built, ints, 0);
    let fields = [
        ("value", half.into()),
        ("coder", Value::Byte(1)),
        ("count", Value::Int(i32::MAX)),
    ];
    let builder = instance(&mut built, "java.lang.StringBuilder", &fields);
    let fields = [("value", half.into()), ("count", Value::Int(-1))];
    let negative = instance(&mut built, "java.lang.StringBuffer", &fields);
    let all = [
        (unpaired, Some("\u{fffd}x")),
        (bad_coder, Some("=\u{d8}x\0!")),
        (missing, None),
        (not_there, None),
        (without_data, None),
        (of_ints, None),
        (builder, Some("\u{fffd}x")),
        (negative, None),
    ];
    let heap = opened(&mut built, &all.map(|(address, _)| address));
    for (address, wanted) in all {
        assert_eq!(value(&heap, address).as_deref(), wanted);
        let whole = heap.full_text(object(&heap, address), usize::MAX);
        assert_eq!(whole.as_deref(), wanted);
    }
}

#[test]
fn values_in_a_circle_end() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let reference_class = built
        .class(ClassSpec::new("java.util.concurrent.atomic.AtomicReference").reference("value"));
    let own = built.instance(reference_class, &[]);
    built.set_field(own, "value", own);
    let text = built.string("deep down");
    let mut chain = vec![text];
    for _ in 0..20 {
        let last = chain[chain.len() - 1];
        chain.push(built.instance(reference_class, &[("value", last.into())]));
    }
    let heap = opened(&mut built, &[own, chain[20]]);
    let label = format!("java.util.concurrent.atomic.AtomicReference @ {:#x}", own.0);
    assert_eq!(value(&heap, own), Some(label));
    assert_eq!(value(&heap, chain[3]).as_deref(), Some("deep down"));
    assert!(value(&heap, chain[20]).unwrap().contains(" @ 0x"));
}

#[test]
fn long_values_are_cut() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let parts = [(); 3].map(|()| built.string(&"\u{4e2d}".repeat(200)));
    let fields = [
        ("protocol", parts[0].into()),
        ("authority", parts[1].into()),
        ("file", parts[2].into()),
    ];
    let url = instance(&mut built, "java.net.URL", &fields);
    let heap = opened(&mut built, &[url]);
    assert_eq!(value(&heap, url).unwrap().chars().count(), LONGEST);
}

/// Classes that have a reader.
const CLASSES: &[&str] = &[
    "java.lang.StringBuilder",
    "java.lang.Integer",
    "java.lang.Double",
    "java.util.OptionalLong",
    "java.util.concurrent.atomic.AtomicBoolean",
    "java.util.concurrent.atomic.LongAdder",
    "java.util.concurrent.atomic.DoubleAdder",
    "java.math.BigInteger",
    "java.math.BigDecimal",
    "java.lang.Enum",
    "java.util.Locale",
    "java.util.UUID",
    "java.io.FileDescriptor",
    "sun.nio.fs.UnixPath",
    "java.util.Optional",
    "java.lang.reflect.Method",
    "java.lang.reflect.Constructor",
    "java.lang.reflect.Field",
    "java.lang.StackTraceElement",
    "java.util.Date",
    "java.sql.Timestamp",
    "java.time.Instant",
    "java.time.Duration",
    "java.time.LocalDate",
    "java.time.LocalTime",
    "java.time.LocalDateTime",
    "java.time.OffsetDateTime",
    "java.time.ZonedDateTime",
    "java.time.ZoneOffset",
    "java.net.URL",
    "java.net.URI",
    "java.net.InetAddress",
    "java.net.InetSocketAddress",
    "java.net.Socket",
    "java.net.ServerSocket",
    "sun.nio.ch.SocketChannelImpl",
    "sun.nio.ch.ServerSocketChannelImpl",
    "java.net.URLClassLoader",
    "org.apache.catalina.loader.WebappClassLoaderBase",
    "org.springframework.boot.loader.LaunchedURLClassLoader",
];

/// Fields that some reader asks for.
const FIELDS: &[&str] = &[
    "value",
    "count",
    "coder",
    "isPresent",
    "base",
    "cells",
    "signum",
    "mag",
    "scale",
    "intCompact",
    "intVal",
    "name",
    "baseLocale",
    "language",
    "script",
    "mostSigBits",
    "leastSigBits",
    "fd",
    "path",
    "clazz",
    "parameterTypes",
    "format",
    "lineNumber",
    "fileName",
    "declaringClass",
    "methodName",
    "moduleName",
    "fastTime",
    "nanos",
    "seconds",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "nano",
    "date",
    "time",
    "dateTime",
    "offset",
    "zone",
    "id",
    "protocol",
    "authority",
    "file",
    "string",
    "scheme",
    "holder",
    "holder6",
    "hostName",
    "address",
    "ipaddress",
    "scope_ifname",
    "scope_id",
    "addr",
    "port",
    "hostname",
    "impl",
    "delegate",
    "localport",
    "localAddress",
    "remoteAddress",
    "ucp",
    "size",
    "elementData",
    "resources",
    "context",
    "rootArchive",
    "root",
];

const KINDS: [BasicType; 8] = [
    BasicType::Object,
    BasicType::Object,
    BasicType::Object,
    BasicType::Object,
    BasicType::Int,
    BasicType::Long,
    BasicType::Byte,
    BasicType::Double,
];

fn extreme(kind: BasicType, number: u64) -> Value {
    let bits = match number % 4 {
        0 => i64::MIN,
        1 => i64::MAX,
        2 => (number % 100).cast_signed(),
        _ => number.cast_signed(),
    };
    match kind {
        BasicType::Long => Value::Long(bits),
        BasicType::Int => Value::Int((bits >> 32) as i32 | bits as i32),
        BasicType::Byte => Value::Byte(bits as i8),
        _ => Value::Double(f64::from_bits(bits.cast_unsigned())),
    }
}

/// A heap where every field that a reader asks for refers to anything, or is any number.
fn nonsense(random: &[u64]) -> (HeapBuilder, Vec<Address>) {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let mut numbers = random.iter().copied().cycle();
    let mut next = move || numbers.next().unwrap_or(0);
    let mut all = vec![
        built.string("text"),
        built.primitive_array(BasicType::Byte, &[0xff; 16]),
        built.primitive_array(BasicType::Int, &[0xfe; 64]),
        built.known().string,
        Address::NULL,
    ];
    let mut instances = Vec::new();
    for name in CLASSES {
        let fields: Vec<(&str, Value)> = (FIELDS.iter())
            .map(|field| match KINDS[next() as usize % KINDS.len()] {
                BasicType::Object => (*field, Value::Object(0)),
                kind => (*field, extreme(kind, next())),
            })
            .collect();
        instances.push((instance(&mut built, name, &fields), fields));
    }
    all.extend(instances.iter().map(|(address, _)| *address));
    let object_class = built.known().object;
    let array_class = built.array_class(object_class);
    for _ in 0..4 {
        let elements: Vec<Address> = (0..5).map(|_| all[next() as usize % all.len()]).collect();
        all.push(built.object_array(array_class, &elements));
    }
    for (address, fields) in &instances {
        for (field, value) in fields {
            if value.basic_type() == BasicType::Object {
                built.set_field(*address, field, all[next() as usize % all.len()]);
            }
        }
    }
    let addresses = instances.iter().map(|(address, _)| *address).collect();
    (built, addresses)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn nonsense_is_read_without_harm(random in prop::collection::vec(any::<u64>(), 400..600)) {
        let (mut built, addresses) = nonsense(&random);
        let heap = opened(&mut built, &addresses);
        for address in addresses {
            let length = value(&heap, address).map_or(0, |text| text.chars().count());
            prop_assert!(length <= LONGEST);
        }
    }
}
