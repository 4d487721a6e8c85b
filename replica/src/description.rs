//! How one browser can be reached by another, packed small: about 100 bytes instead of the 600 of the browsers' own text (SDP),
//! so that it fits into a QR code. Read strictly and written anew, so that no member's text ever reaches a browser's parser.

use data_encoding::HEXLOWER;

const VERSION: u8 = 1;
/// Bounds of the two words that a connection is checked by (RFC 8839, section 5.4), and the most that browsers write.
const UFRAG: std::ops::RangeInclusive<usize> = 4..=32;
const PWD: std::ops::RangeInclusive<usize> = 22..=64;
/// A laptop with many networks has about six addresses.
const ADDRESSES: usize = 12;

/// Who begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Whoever wants a connection.
    Offer,
    /// Whoever was asked for one.
    Answer,
}

/// An address in the network that both are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// IPv4.
    V4([u8; 4]),
    /// IPv6.
    V6([u8; 16]),
    /// A name that only the local network knows, in place of an address that the browser keeps to itself.
    Local([u8; 16]),
}

/// A description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Who says it.
    pub turn: Turn,
    /// A word that names the attempt.
    pub ufrag: String,
    /// A word that proves that the other side has read this.
    pub pwd: String,
    /// SHA-256 of the certificate that the connection is made with.
    pub fingerprint: [u8; 32],
    /// Where to try, best first.
    pub addresses: Vec<(Host, u16)>,
}

impl Description {
    /// From what a browser wrote; addresses of other kinds are left out.
    #[must_use]
    pub fn of_sdp(turn: Turn, sdp: &str) -> Option<Self> {
        let value = |name: &str| sdp.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let digits: String = value("a=fingerprint:sha-256 ")?.split(':').collect::<String>().to_ascii_lowercase();
        let fingerprint = HEXLOWER.decode(digits.as_bytes()).ok()?.try_into().ok()?;
        let mut addresses: Vec<(u32, Host, u16)> =
            sdp.lines().filter_map(|line| line.trim().strip_prefix("a=candidate:")).filter_map(address).collect();
        addresses.sort_by_key(|(priority, ..)| std::cmp::Reverse(*priority));
        addresses.truncate(ADDRESSES);
        let addresses = addresses.into_iter().map(|(_, host, port)| (host, port)).collect();
        let (ufrag, pwd) = (value("a=ice-ufrag:")?.to_owned(), value("a=ice-pwd:")?.to_owned());
        Some(Self { turn, ufrag, pwd, fingerprint, addresses }).filter(Self::is_sound)
    }

    /// As a browser reads it.
    #[must_use]
    pub fn to_sdp(&self) -> String {
        let pairs: Vec<String> = self.fingerprint.iter().map(|byte| format!("{byte:02X}")).collect();
        let setup = if self.turn == Turn::Offer { "actpass" } else { "active" };
        let mut lines = vec![
            "v=0".to_owned(),
            "o=- 1 2 IN IP4 127.0.0.1".to_owned(),
            "s=-".to_owned(),
            "t=0 0".to_owned(),
            "a=group:BUNDLE 0".to_owned(),
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel".to_owned(),
            "c=IN IP4 0.0.0.0".to_owned(),
            format!("a=ice-ufrag:{}", self.ufrag),
            format!("a=ice-pwd:{}", self.pwd),
            format!("a=fingerprint:sha-256 {}", pairs.join(":")),
            format!("a=setup:{setup}"),
            "a=mid:0".to_owned(),
            "a=sctp-port:5000".to_owned(),
            "a=max-message-size:262144".to_owned(),
        ];
        for (place, (host, port)) in self.addresses.iter().enumerate() {
            // The formula of RFC 8445, section 5.1.2: addresses of the machine itself, in this order.
            let priority = (126_u32 << 24) + ((65_535 - u32::try_from(place).unwrap_or(0)) << 8) + 255;
            let host = text_of(host);
            lines.push(format!("a=candidate:{} 1 udp {priority} {host} {port} typ host", place + 1));
        }
        lines.push(String::new());
        lines.join("\r\n")
    }

    /// Packed.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION, u8::from(self.turn == Turn::Answer)];
        for word in [&self.ufrag, &self.pwd] {
            bytes.push(u8::try_from(word.len()).unwrap_or(0));
            bytes.extend_from_slice(word.as_bytes());
        }
        bytes.extend_from_slice(&self.fingerprint);
        for (host, port) in &self.addresses {
            match host {
                Host::V4(address) => bytes.extend([&[4][..], address].concat()),
                Host::V6(address) => bytes.extend([&[6][..], address].concat()),
                Host::Local(name) => bytes.extend([&[0][..], name].concat()),
            }
            bytes.extend_from_slice(&port.to_be_bytes());
        }
        bytes
    }

    /// From what was packed; `None` for anything else.
    #[must_use]
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let [version, turn] = take(&mut rest)?;
        let turn = match turn {
            0 => Turn::Offer,
            1 => Turn::Answer,
            _ => return None,
        };
        let (ufrag, pwd) = (word(&mut rest)?, word(&mut rest)?);
        let fingerprint = take(&mut rest)?;
        let mut addresses = Vec::new();
        while !rest.is_empty() {
            let [kind] = take(&mut rest)?;
            let host = match kind {
                4 => Host::V4(take(&mut rest)?),
                6 => Host::V6(take(&mut rest)?),
                0 => Host::Local(take(&mut rest)?),
                _ => return None,
            };
            addresses.push((host, u16::from_be_bytes(take(&mut rest)?)));
        }
        Some(Self { turn, ufrag, pwd, fingerprint, addresses }).filter(|found| version == VERSION && found.is_sound())
    }

    fn is_sound(&self) -> bool {
        let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
        UFRAG.contains(&self.ufrag.len())
            && PWD.contains(&self.pwd.len())
            && is_word(&self.ufrag)
            && is_word(&self.pwd)
            && self.addresses.len() <= ADDRESSES
            && self.addresses.iter().all(|(_, port)| *port != 0)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}

fn word(rest: &mut &[u8]) -> Option<String> {
    let [length] = take(rest)?;
    let (word, after) = rest.split_at_checked(usize::from(length))?;
    *rest = after;
    String::from_utf8(word.to_vec()).ok()
}

/// An address as browsers write it: `foundation component protocol priority address port typ host …`.
fn address(text: &str) -> Option<(u32, Host, u16)> {
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    let [_, "1", protocol, priority, host, port, "typ", "host", ..] = parts.as_slice() else { return None };
    if !protocol.eq_ignore_ascii_case("udp") {
        return None;
    }
    let host = if let Some(name) = host.strip_suffix(".local") {
        let digits: String = name.split('-').collect();
        Host::Local(HEXLOWER.decode(digits.to_ascii_lowercase().as_bytes()).ok()?.try_into().ok()?)
    } else {
        match host.parse().ok()? {
            std::net::IpAddr::V4(address) => Host::V4(address.octets()),
            std::net::IpAddr::V6(address) => Host::V6(address.octets()),
        }
    };
    Some((priority.parse().ok()?, host, port.parse().ok().filter(|port| *port != 0)?))
}

fn text_of(host: &Host) -> String {
    match host {
        Host::V4(address) => std::net::Ipv4Addr::from(*address).to_string(),
        Host::V6(address) => std::net::Ipv6Addr::from(*address).to_string(),
        Host::Local(name) => {
            let digits = HEXLOWER.encode(name);
            let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
            format!("{}.local", parts.join("-"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Chromium 149 and Firefox write them, shortened by what is not read.
    const CHROMIUM: &str = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
        m=application 43210 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 192.168.1.7\r\n\
        a=candidate:1 1 udp 2113937151 192.168.1.7 43210 typ host generation 0 network-cost 999\r\n\
        a=candidate:2 1 udp 2113939711 2001:db8::7 43211 typ host generation 0\r\n\
        a=candidate:3 1 tcp 1518149375 192.168.1.7 9 typ host tcptype active\r\n\
        a=ice-ufrag:Ab+/\r\na=ice-pwd:0123456789abcdefghijkl+/\r\n\
        a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:FF\r\n\
        a=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n";
    const LOCAL: &str = "a=candidate:0 1 UDP 2122252543 8d9e3a52-7e1f-4c36-9a55-0123456789ab.local 52000 typ host\n\
        a=ice-ufrag:1234abcd\na=ice-pwd:0123456789abcdef0123456789abcdef\n\
        a=fingerprint:sha-256 AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA\n";

    #[test]
    fn what_browsers_write_comes_through_packed() {
        for (sdp, turn, addresses) in [(CHROMIUM, Turn::Offer, 2), (LOCAL, Turn::Answer, 1)] {
            let read = Description::of_sdp(turn, sdp).expect("a browser's");
            assert_eq!(read.addresses.len(), addresses);
            let packed = read.pack();
            assert!(packed.len() < 140, "{}", packed.len());
            assert_eq!(Description::unpack(&packed).as_ref(), Some(&read));
            assert_eq!(Description::of_sdp(turn, &read.to_sdp()), Some(read), "written as it was read");
        }
        let read = Description::of_sdp(Turn::Offer, CHROMIUM).expect("a browser's");
        assert_eq!(read.addresses[0], (Host::V6([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]), 43211));
    }

    #[test]
    fn nothing_but_a_description_is_unpacked() {
        let sound = Description::of_sdp(Turn::Offer, CHROMIUM).expect("a browser's");
        let packed = sound.pack();
        for end in 0..packed.len() {
            let cut = Description::unpack(&packed[..end]);
            assert!(cut.is_none_or(|cut| cut.addresses.len() < sound.addresses.len()), "cut at {end}");
        }
        let refused = |change: &dyn Fn(&mut Description)| {
            let mut other = sound.clone();
            change(&mut other);
            Description::unpack(&other.pack()).is_none()
        };
        assert!(refused(&|other| other.ufrag = "abc".into()));
        assert!(refused(&|other| other.pwd = "0123456789abcdefghij\r\n".into()), "a line of its own");
        assert!(refused(&|other| other.addresses = vec![(Host::V4([127, 0, 0, 1]), 1); ADDRESSES + 1]));
        assert!(refused(&|other| other.addresses[0].1 = 0));
        assert!(Description::unpack(&[&[2], &packed[1..]].concat()).is_none(), "a later version");
        assert!(Description::of_sdp(Turn::Offer, "").is_none());
    }
}
