//! Networks of IP addresses, to filter by.

use std::net::IpAddr;

/// Addresses whose first bits are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// `203.0.113.7`, or `203.0.113.0/24`.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().ok()?)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().ok()?;
        let (_, width) = bits(address);
        let prefix = prefix.unwrap_or(width);
        (prefix <= width).then_some(Self { address, prefix })
    }

    /// The address, if it is a single one.
    pub fn host(&self) -> Option<IpAddr> {
        let (_, width) = bits(self.address);
        (self.prefix == width).then_some(self.address)
    }

    pub(super) fn has(&self, address: IpAddr) -> bool {
        let ((own, width), (other, other_width)) = (bits(self.address), bits(address));
        let rest = width - self.prefix;
        width == other_width && (own ^ other).checked_shr(rest).unwrap_or(0) == 0
    }
}

/// An address as a number, and of how many bits.
fn bits(address: IpAddr) -> (u128, u32) {
    match address.to_canonical() {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_belong_to_networks_of_their_own_version() {
        let network = Network::of("2001:db8::/32").expect("a network");
        let has = |text: &str| network.has(text.parse().expect("an address"));
        assert!(has("2001:db8:0:1::7") && !has("2001:db9::7") && !has("203.0.113.7"));
        let address = Network::of("2001:DB8:0::7").expect("an address");
        assert!(address.has("2001:db8::7".parse().expect("an address")));
    }
}
