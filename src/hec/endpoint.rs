//! The address of a collector, in the one form that Firehose takes.

use std::fmt;

/// `https://HOST:PORT`, without a path: Firehose appends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// A name, or an address, which is in brackets if it is one of IPv6.
    host: String,
    /// The port, which is never 0.
    pub port: u16,
}

impl Endpoint {
    /// The endpoint that a text names; nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.strip_prefix("https://")?.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port > 0)?;
        let odd = |c: char| !c.is_ascii_alphanumeric() && !".-[]:".contains(c);
        let is_host = !host.is_empty() && !host.contains(odd);
        is_host.then(|| Self {
            host: host.to_owned(),
            port,
        })
    }

    /// The name or address, without brackets.
    pub fn host(&self) -> &str {
        let inner = self.host.strip_prefix('[');
        let inner = inner.and_then(|host| host.strip_suffix(']'));
        inner.unwrap_or(&self.host)
    }

    /// `HOST:PORT`, as the header Host has it.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_port_are_needed_and_a_path_is_refused() {
        for text in ["https://hec.example.com:8088", "https://[2001:db8::1]:443"] {
            let endpoint = Endpoint::parse(text).expect("an endpoint");
            assert_eq!(endpoint.to_string(), text);
        }
        let endpoint = Endpoint::parse("https://[::1]:443").expect("an endpoint");
        assert_eq!((endpoint.host(), endpoint.port), ("::1", 443));
        for text in [
            "hec:8088",
            "http://hec:8088",
            "https://hec",
            "https://:1",
            "https://hec:0",
            "https://hec:65536",
            "https://hec:8088/services",
            "https://user@hec:8088",
        ] {
            assert_eq!(Endpoint::parse(text), None, "{text}");
        }
    }
}
