//! Network addresses, sockets, URLs.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Reader, Subject};

pub const READERS: &[(&str, Reader)] = &[
    ("java.net.URL", url),
    ("java.net.URI", uri),
    ("java.net.InetAddress", |it| Some(Host::of(it)?.to_string())),
    ("java.net.InetSocketAddress", socket_address),
    ("java.net.UnixDomainSocketAddress", |it| it.value("path")),
    ("java.net.NetworkInterface", |it| it.text("name")),
    ("java.net.Socket", socket),
    ("java.net.ServerSocket", server_socket),
    ("sun.nio.ch.SocketAdaptor", |it| it.value("sc")),
    ("sun.nio.ch.ServerSocketAdaptor", |it| it.value("ssc")),
    ("sun.nio.ch.SocketChannelImpl", |it| {
        Some(connection(
            it.value("localAddress"),
            it.value("remoteAddress"),
        ))
    }),
    ("sun.nio.ch.ServerSocketChannelImpl", |it| {
        Some(listening(it.value("localAddress")))
    }),
    ("sun.nio.ch.DatagramChannelImpl", |it| {
        Some(connection(
            it.value("localAddress"),
            it.value("remoteAddress"),
        ))
    }),
];

const IPV6_BYTES: u32 = 16;

/// An address, and the name that it was looked up by.
struct Host {
    name: Option<String>,
    number: String,
    is_ipv6: bool,
}

impl Host {
    fn of(it: &Subject<'_>) -> Option<Self> {
        // Before JDK 7 the address itself has the fields.
        let holder = it.follow("holder");
        let holder = holder.as_ref().unwrap_or(it);
        let ipv6 = ipv6(it);
        let is_ipv6 = ipv6.is_some();
        let number = match ipv6 {
            Some(number) => number,
            None => Ipv4Addr::from_bits(holder.fields.bits("address")?.1 as u32).to_string(),
        };
        let name = holder.text("hostName").filter(|name| *name != number);
        Some(Self {
            name: name.filter(|name| !name.is_empty()),
            number,
            is_ipv6,
        })
    }

    fn with_port(&self, port: i64) -> String {
        let number = if self.is_ipv6 {
            format!("[{}]", self.number)
        } else {
            self.number.clone()
        };
        match &self.name {
            Some(name) => format!("{name}/{number}:{port}"),
            None => format!("{number}:{port}"),
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(name) = &self.name {
            write!(formatter, "{name}/")?;
        }
        formatter.write_str(&self.number)
    }
}

fn ipv6(it: &Subject<'_>) -> Option<String> {
    let holder = it.follow("holder6");
    let holder = holder.as_ref().unwrap_or(it);
    let bytes = holder.fields.reference("ipaddress")?;
    let bytes = holder.heap.array_bytes(bytes, 0, IPV6_BYTES);
    let octets: [u8; 16] = bytes.try_into().ok()?;
    let scope = match (holder.value("scope_ifname"), holder.int("scope_id")) {
        (Some(name), _) => format!("%{name}"),
        (None, Some(number)) if number > 0 => format!("%{number}"),
        _ => String::new(),
    };
    Some(format!("{}{scope}", Ipv6Addr::from(octets)))
}

/// `host/1.2.3.4:80`, `[::1]:80`, or `host:80` where the name was not looked up.
fn socket_address(it: &Subject<'_>) -> Option<String> {
    let holder = it.follow("holder");
    let holder = holder.as_ref().unwrap_or(it);
    let port = holder.int("port")?;
    match holder.follow("addr") {
        Some(address) => Some(Host::of(&address)?.with_port(port)),
        None => Some(format!("{}:{port}", holder.text("hostname")?)),
    }
}

fn connection(local: Option<String>, remote: Option<String>) -> String {
    match (local, remote) {
        (Some(local), Some(remote)) => format!("{local} -> {remote}"),
        (None, Some(remote)) => format!("-> {remote}"),
        (Some(local), None) => format!("{local}, not connected"),
        (None, None) => "not connected".to_owned(),
    }
}

fn listening(local: Option<String>) -> String {
    local.map_or_else(
        || "not bound".to_owned(),
        |local| format!("listening on {local}"),
    )
}

/// The implementation that has the addresses: JDK 13 and later put others before it.
fn implementation<'a>(it: &Subject<'a>) -> Option<Subject<'a>> {
    let front = it.follow("impl")?;
    front.follow("delegate").or(Some(front))
}

fn socket(it: &Subject<'_>) -> Option<String> {
    let sides = implementation(it).and_then(|sides| {
        let remote = Host::of(&sides.follow("address")?)?;
        let (local_port, port) = (sides.int("localport")?, sides.int("port")?);
        (port > 0).then(|| format!("port {local_port} -> {}", remote.with_port(port)))
    });
    sides.or_else(|| Some("not connected".to_owned()))
}

fn server_socket(it: &Subject<'_>) -> Option<String> {
    let side = implementation(it)?;
    let port = side.int("localport")?;
    if port <= 0 {
        return Some(listening(None));
    }
    let host = side.follow("address").as_ref().and_then(Host::of);
    let local = host.map_or_else(|| format!("port {port}"), |host| host.with_port(port));
    Some(listening(Some(local)))
}

/// As `URL.toExternalForm`.
fn url(it: &Subject<'_>) -> Option<String> {
    let mut text =
        (it.text("protocol")).map_or_else(String::new, |protocol| format!("{protocol}:"));
    if let Some(authority) = it.text("authority").filter(|it| !it.is_empty()) {
        text = format!("{text}//{authority}");
    }
    text += &it.text("file").unwrap_or_default();
    if let Some(part) = it.text("ref") {
        text = format!("{text}#{part}");
    }
    (!text.is_empty()).then_some(text)
}

/// The text that a URI was made of, or its parts where it was made of parts.
fn uri(it: &Subject<'_>) -> Option<String> {
    if let Some(text) = it.text("string") {
        return Some(text);
    }
    let mut text = String::new();
    if let Some(scheme) = it.text("scheme") {
        text = format!("{scheme}:");
    }
    match it.text("path") {
        None => text += &it.text("schemeSpecificPart").unwrap_or_default(),
        Some(path) => {
            if let Some(authority) = it.text("authority").or_else(|| it.text("host")) {
                text = format!("{text}//{authority}");
            }
            text += &path;
            if let Some(query) = it.text("query") {
                text = format!("{text}?{query}");
            }
        }
    }
    if let Some(fragment) = it.text("fragment") {
        text = format!("{text}#{fragment}");
    }
    (!text.is_empty()).then_some(text)
}
