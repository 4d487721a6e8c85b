//! The link, as somebody pastes it.

use plumbline_wire::link::{BadLink, Link};

use crate::people::{self, team};

/// What is a link has one fragment, and no refusal speaks of more characters than there are.
pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match text.parse::<Link>() {
        Ok(link) => {
            let fragment = link.fragment();
            assert!(text.contains(fragment.as_str()), "one spelling");
            assert_eq!(fragment.parse::<Link>().as_ref(), Ok(&link));
            assert!(!format!("{link:?}").contains(&fragment[30..]), "the secret does not print");
        }
        Err(BadLink::Cut { missing }) => assert!((1..=64).contains(&missing)),
        Err(BadLink::Longer { extra }) => assert!((1..=text.len()).contains(&extra)),
        Err(BadLink::Character { at }) => assert!(at < text.len()),
        Err(BadLink::NotALink | BadLink::Later) => {}
    }
}

/// A link as an address and alone.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let fragment = people::link(team().workspace, people::WRITER).fragment();
    let texts = [format!("https://plumbline.example/#{}", *fragment), fragment.to_string(), "#w2.AAAA".to_owned()];
    texts.map(String::into_bytes).into()
}
