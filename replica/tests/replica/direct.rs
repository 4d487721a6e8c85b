//! Two devices that no relay joins: words carried by hand, then everything over the connection.

use plumbline_replica::description::{Description, Host, Turn};
use plumbline_replica::link::direct::Brought;
use plumbline_replica::mesh::Act;
use plumbline_replica::sync::wire::keyring::record;

use super::device::{Device, join, pass};

fn sdp(turn: Turn, port: u16) -> String {
    let (ufrag, pwd) = ("abcd".to_owned(), "0123456789abcdefghijkl".to_owned());
    Description { turn, ufrag, pwd, fingerprint: [9; 32], addresses: vec![(Host::V4([10, 0, 0, 2]), port)] }.to_sdp()
}

fn carried(device: &mut Device) -> Vec<u8> {
    let acts = device.link.acts(device.now);
    let found = acts.into_iter().find_map(|act| if let Act::Carry { word, .. } = act { Some(word) } else { None });
    found.expect("words to carry")
}

#[test]
fn two_devices_without_a_relay_are_joined_by_words_that_people_carry() {
    let mut ana = Device::founder(1);
    let mut ben = ana.guest(record::Role::Writer, 2);
    join(&mut ana, &mut ben, 1);
    for device in [&mut ana, &mut ben] {
        let now = device.now;
        device.link.closed(1, now);
    }
    ana.rename("On the plane");
    ben.rename("On the train");

    let asked = ana.link.ask_by_hand(ana.now);
    assert_eq!(ana.link.acts(ana.now), [Act::Describe { conn: asked, answering: None }]);
    ana.link.described(asked, &sdp(Turn::Offer, 1), ana.now);
    let offer = carried(&mut ana);
    assert!(offer.len() < 500, "{} bytes fit a code", offer.len());
    assert_eq!(ana.link.brought(&offer, ana.now), None, "one's own");
    let mut stranger = Device::founder(7);
    assert_eq!(stranger.link.brought(&offer, 0), None, "another workspace's");
    assert_eq!(ben.link.brought(&offer[1..], ben.now), None, "cut");

    let Some(Brought::Asked(answering)) = ben.link.brought(&offer, ben.now) else { panic!("refused") };
    assert!(matches!(ben.link.acts(ben.now).as_slice(), [Act::Describe { answering: Some(_), .. }]));
    ben.link.described(answering, &sdp(Turn::Answer, 2), ben.now);
    let answer = carried(&mut ben);
    assert_eq!(ana.link.brought(&answer, ana.now), Some(Brought::Answered(asked)));
    assert!(matches!(ana.link.acts(ana.now).as_slice(), [Act::Answered { .. }]));

    // The tests' wires have one number at both ends; the mesh numbers its own.
    assert_eq!(asked, answering);
    for device in [&mut ana, &mut ben] {
        let now = device.now;
        device.link.direct_opened(asked, now);
    }
    pass(&mut ana, &mut ben, asked);
    assert_eq!((ana.name(), ana.fingerprint()), (ben.name(), ben.fingerprint()));
    let facts = ana.link.facts(ana.document.as_ref());
    assert_eq!((facts.direct, facts.elsewhere), (1, 1), "everything is on Ben's device too, though on no relay");
    assert!(facts.waiting > 0);
    ben.link.direct_closed(asked, ben.now);
    assert!(matches!(ben.link.acts(ben.now).as_slice(), [Act::Drop { .. }]));
    assert_eq!(ben.link.facts(ben.document.as_ref()).direct, 0);
}
