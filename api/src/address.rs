//! Addresses: who is at the other end, also behind proxies.

use std::net::IpAddr;
use std::str::FromStr;

use actix_web::dev::RequestHead;
use serde::{Deserialize, Deserializer, de};

/// The header in which a proxy says for whom it asks.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Addresses with the same first bits: `10.0.0.0/8`, `::1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(here), IpAddr::V4(there)) => {
                let differing = here.to_bits() ^ there.to_bits();
                differing.leading_zeros() >= self.bits
            }
            (IpAddr::V6(here), IpAddr::V6(there)) => {
                let differing = here.to_bits() ^ there.to_bits();
                differing.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no address and no network such as 10.0.0.0/8");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most).ok_or_else(wrong)?,
            None => most,
        };
        Ok(Self { address, bits })
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Who asks: the other end of the connection, or, where that is a proxy of ours, for whom it says that
/// it asks. What others say in that header is nothing.
pub fn client(head: &RequestHead, proxies: &[Network]) -> Option<IpAddr> {
    let mut client = head.peer_addr?.ip().to_canonical();
    let is_ours =
        |address: IpAddr| proxies.iter().any(|network| network.contains(address.to_canonical()));
    let headers = head.headers.get_all(FORWARDED_FOR).filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = headers.flat_map(|value| value.split(',')).map(str::trim).collect();
    // Each proxy adds its own client at the end.
    for name in named.into_iter().rev() {
        if !is_ours(client) {
            break;
        }
        match name.parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    Some(client)
}

/// The address, or the network of one customer: whoever has one address of IPv6 has as many as he
/// likes.
pub fn customer(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, proxies: &[&str], forwarded: &[&str]) -> String {
        let proxies: Vec<Network> =
            proxies.iter().map(|text| text.parse().expect("a network")).collect();
        let peer = std::net::SocketAddr::new(peer.parse().expect("an address"), 1);
        let mut request = TestRequest::default().peer_addr(peer);
        for value in forwarded {
            request = request.append_header((FORWARDED_FOR, *value));
        }
        client(request.to_http_request().head(), &proxies).expect("an address").to_string()
    }

    #[test]
    fn only_proxies_of_ours_say_for_whom_they_ask() {
        assert_eq!(seen("192.0.2.1", &[], &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(seen("10.1.2.3", &["10.0.0.0/8"], &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen("11.1.2.3", &["10.0.0.0/8"], &["198.51.100.7"]), "11.1.2.3");
        assert_eq!(seen("10.1.2.3", &["10.0.0.0/8"], &[]), "10.1.2.3");
        // What a client wrote itself stands before what the proxies added.
        let forged = ["203.0.113.5, 198.51.100.7", "10.9.9.9"];
        assert_eq!(seen("10.1.2.3", &["10.0.0.0/8"], &forged), "198.51.100.7");
        assert_eq!(seen("10.1.2.3", &["10.0.0.0/8"], &["x' OR 1=1"]), "10.1.2.3");
        assert_eq!(seen("::ffff:10.1.2.3", &["10.1.2.3"], &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(seen("::1", &["::/0"], &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(seen("10.1.2.3", &["0.0.0.0/0"], &["198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["", "x", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn all_addresses_of_one_customer_count_as_one() {
        let one = customer("2001:db8:1:2:aaaa::1".parse().expect("an address"));
        assert_eq!(one, customer("2001:db8:1:2:bbbb::2".parse().expect("an address")));
        assert_ne!(one, customer("2001:db8:1:3::1".parse().expect("an address")));
    }
}
