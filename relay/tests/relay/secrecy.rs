//! Nothing that the relay keeps or says can be read by whoever runs it.

use plumbline_wire::link::Link;

use super::client::Client;
use super::joining::begin;
use super::team::{CANARY, secrets};

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn disk_and_log_hold_no_plaintext_and_no_secret() {
    let data = tempfile::tempdir().expect("a place to write");
    let (relay, team, _admin) = begin(data.path(), &[]).await;
    let device = team.device(2, 2);
    let mut client = Client::join(&relay.address, team.workspace(), &device).await;
    let mut author = device.author();
    (0..50).for_each(|_| drop(author.write(500)));
    client.store(&author.log).await;
    let folder = relay.data.clone();
    let mut dump = Vec::new();
    let mut read = |folder: &std::path::Path| {
        for entry in std::fs::read_dir(folder).expect("there") {
            let path = entry.expect("readable").path();
            dump.extend(std::fs::read(path).expect("readable"));
        }
    };
    // Running, with its write-ahead log; and after the end.
    read(&folder);
    let log = relay.kill();
    read(&folder);
    assert!(holds(&dump, &author.log[3]), "the search finds what is there");
    dump.extend(log.as_bytes());
    assert!(!holds(&dump, CANARY));
    for seed in [1, 2, 3, 4, 5, 102] {
        assert!(!holds(&dump, &[seed; 32]), "the seed of link {seed}");
        assert!(!holds(&dump, secrets(seed).opening.expose()), "a secret made from it");
    }
    let link = Link::new(team.workspace(), [2; 32]);
    assert!(!holds(&dump, &link.fragment().as_bytes()[3..]));
    // At its chattiest the log names a workspace by six characters only.
    let workspace = team.workspace().to_string();
    assert!(log.contains(&workspace[..6]) && !log.contains(&workspace[..7]), "{log}");
    let device = device.certificate.device.verify.to_string();
    assert!(!log.contains(&device[..7]), "{log}");
}
