//! Sealed ballots on two and three devices: nothing of a ballot can be read anywhere before the close.

use plumbline_core::document::Document;
use plumbline_core::id::{LeaderId, PriorityId, RoundId};
use plumbline_core::intent::{Intent, LeaderDetails, Refusal, apply};
use plumbline_core::seal::{Bytes32, Half};
use plumbline_core::time::Timestamp;
use plumbline_core::view::SealCheck;
use plumbline_replica::ballots;
use plumbline_replica::sync::peer::random;
use plumbline_replica::sync::wire::keyring::record::Role;

use super::device::{Device, NOW, between, join, pass};

const ROUND: RoundId = RoundId::from_bytes([1; 10]);
const LATER: Timestamp = Timestamp(NOW.0 + 60_000);

fn leader(n: u8) -> LeaderId {
    LeaderId::from_bytes([n; 10])
}

fn priorities(numbers: &[u8]) -> Vec<PriorityId> {
    numbers.iter().map(|n| PriorityId::from_bytes([*n; 10])).collect()
}

/// Ana with three leaders and seven priorities, Ben (administrator) and Chiara, all up to date.
fn team() -> [Device; 3] {
    let mut ana = Device::founder(1);
    for (n, name) in [(2, "Ben"), (3, "Chiara")] {
        let details = LeaderDetails { name: name.into(), ..LeaderDetails::default() };
        ana.write(&Intent::AddLeader { leader: leader(n), details }).expect("allowed");
    }
    for (n, priority) in priorities(&[1, 2, 3, 4, 5, 6, 7]).into_iter().enumerate() {
        let title = format!("Priority {n}");
        ana.write(&Intent::AddPriority { priority, title, description: String::new() }).expect("allowed");
    }
    let mut ben = ana.guest(Role::Admin, 2);
    let mut chiara = ana.guest(Role::Writer, 3);
    join(&mut ana, &mut ben, 1);
    join(&mut ana, &mut chiara, 2);
    for (device, n) in [(&mut ana, 1), (&mut ben, 2), (&mut chiara, 3)] {
        device.sit_down(leader(n));
        let priority = PriorityId::from_bytes([50 + n; 10]);
        let title = format!("By {n}");
        device.write(&Intent::AddPriority { priority, title, description: String::new() }).expect("allowed");
    }
    let mut all = [ana, ben, chiara];
    meet(&mut all);
    all
}

/// Everybody hears of everything, by way of Ana.
fn meet([ana, ben, chiara]: &mut [Device; 3]) {
    for _ in 0..2 {
        pass(ana, ben, 1);
        pass(ana, chiara, 2);
    }
}

fn open(device: &mut Device, strong: bool) -> Result<(), Refusal> {
    open_with(device, strong, None)
}

fn open_with(device: &mut Device, strong: bool, second: Option<Bytes32>) -> Result<(), Refusal> {
    let plain = Intent::OpenRound {
        round: ROUND,
        label: "Round".into(),
        top: 3,
        candidates: priorities(&[1, 2, 3, 4, 5, 6, 7]),
        leaders: vec![leader(1), leader(2), leader(3)],
        strong,
        second,
    };
    let sealed = ballots::open(device.link.peer(), device.document(), &plain, &mut random([70; 32]))?;
    device.write(&sealed)
}

fn cast(device: &mut Device, who: u8, ranking: &[u8], seed: u8) -> Result<(), Refusal> {
    cast_at(device, NOW, who, ranking, seed)
}

fn cast_at(device: &mut Device, at: Timestamp, who: u8, ranking: &[u8], seed: u8) -> Result<(), Refusal> {
    let (peer, document) = (device.link.peer(), device.document());
    let (sealed, opening) =
        ballots::cast(peer, document, ROUND, leader(who), &priorities(ranking), &mut random([seed; 32]))?;
    assert!(contains(&opening.content, &plain(who, ranking)), "its author keeps it");
    device.write_at(at, &sealed)
}

fn close(device: &mut Device) -> Result<(), Refusal> {
    let sealed = ballots::close(device.link.peer(), device.document(), ROUND)?;
    device.write(&sealed)
}

fn give_keys(device: &mut Device) -> usize {
    let due = ballots::keys_due(device.link.peer(), device.document());
    due.iter().for_each(|key| device.write(key).expect("allowed"));
    due.len()
}

fn check(device: &Device) -> Option<SealCheck> {
    ballots::check(device.link.peer(), device.document(), ROUND)
}

fn counted(device: &Device) -> Vec<(LeaderId, Vec<PriorityId>)> {
    device.document().snapshot().rounds[&ROUND].counted.clone().into_iter().collect()
}

/// What a ballot says.
fn plain(who: u8, ranking: &[u8]) -> Vec<u8> {
    let ids: Vec<String> = priorities(ranking).iter().map(ToString::to_string).collect();
    format!("{} {}", leader(who), ids.join(",")).into_bytes()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Everything a device has of the document and keeps of the peer, unpacked.
fn everything(device: &Device) -> Vec<Vec<u8>> {
    let document = device.document();
    let mut all = vec![document.save(), format!("{:?}", document.snapshot()).into_bytes()];
    all.extend(device.chunks.iter().cloned());
    all.extend(device.stored.items.iter().map(|item| item.to_vec()));
    // Changes as they were written, which is not packed.
    let peer = device.link.peer();
    all.extend(peer.deliveries().into_iter().map(|delivery| delivery.payload));
    all
}

fn assert_nothing_readable(devices: &[Device], ballots: &[(u8, &[u8])]) {
    for device in devices {
        for (who, ranking) in ballots {
            let whole = plain(*who, ranking);
            let order = &whole[whole.len() - 50..];
            for place in everything(device) {
                assert!(!contains(&place, order), "the order can be read");
            }
            let order = format!("{:?}", priorities(ranking));
            assert!(!contains(&everything(device)[1], &order.as_bytes()[1..order.len() - 1]));
        }
    }
}

const ANA: &[u8] = &[7, 2, 5];
const BEN: &[u8] = &[3, 6, 1];
const CHIARA: &[u8] = &[4, 7, 6];

#[test]
fn nothing_can_be_read_before_the_close_and_everything_after() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    meet(&mut team);
    for (place, ranking) in [ANA, BEN, CHIARA].into_iter().enumerate() {
        let who = u8::try_from(place + 1).expect("small");
        cast(&mut team[place], who, ranking, 80 + who).expect("allowed");
    }
    meet(&mut team);
    let all: Vec<(u8, &[u8])> = vec![(1, ANA), (2, BEN), (3, CHIARA)];
    assert!(team.iter().all(|device| device.document().snapshot().rounds[&ROUND].ballots.len() == 3));
    assert_nothing_readable(&team, &all);
    // The search would find it: what is not sealed is seen on every device.
    let order = String::from_utf8(plain(1, ANA)).expect("text").split_off(17);
    team[2].forge(&["rounds", &ROUND.to_string(), "canary"], order.as_str());
    meet(&mut team);
    assert!(team.iter().all(|device| everything(device).iter().any(|place| contains(place, order.as_bytes()))));

    assert_eq!(close(&mut team[2]), Err(Refusal::NotCustodian { who: vec![vec!["Ana".into()], vec!["Ben".into()]] }));
    close(&mut team[0]).expect("a custodian");
    meet(&mut team);
    let expected: Vec<_> = all.iter().map(|(who, ranking)| (leader(*who), priorities(ranking))).collect();
    for device in &team {
        assert_eq!(counted(device), expected);
        assert_eq!(check(device), Some(SealCheck::default()), "everybody can check");
    }
}

#[test]
fn whoever_has_cast_may_be_gone_and_a_late_ballot_is_late() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    meet(&mut team);
    for (place, ranking) in [ANA, BEN, CHIARA].into_iter().enumerate() {
        let who = u8::try_from(place + 1).expect("small");
        cast(&mut team[place], who, ranking, 80 + who).expect("allowed");
    }
    meet(&mut team);
    // Chiara is on a plane and thinks again; Ana closes without her.
    let [ana, ben, chiara] = &mut team;
    cast_at(chiara, LATER, 3, &[1, 2, 3], 90).expect("she has not heard");
    close(ana).expect("a custodian");
    pass(ana, ben, 1);
    assert_eq!(counted(ben)[2], (leader(3), priorities(CHIARA)));
    meet(&mut team);
    for device in &team {
        assert_eq!(counted(device)[2], (leader(3), priorities(CHIARA)), "what counted stays");
        assert_eq!(check(device), Some(SealCheck::default()), "found in the history");
        let round = &device.document().snapshot().rounds[&ROUND];
        let late = round.ballots[&leader(3)].sealed.as_ref().expect("sealed");
        assert!(!round.sealing.as_ref().expect("sealed").names[&leader(3)].contains(&late.name));
    }
}

#[test]
fn the_second_custodian_closes_when_the_first_is_gone() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    meet(&mut team);
    cast(&mut team[1], 2, BEN, 82).expect("allowed");
    cast(&mut team[2], 3, CHIARA, 83).expect("allowed");
    meet(&mut team);
    let [_, ben, _] = &mut team;
    close(ben).expect("it was sealed to him");
    assert_eq!(counted(ben), [(leader(2), priorities(BEN)), (leader(3), priorities(CHIARA))]);
    // And after a new start as well: nothing that is needed is in memory only.
    let mut team = self::team();
    open(&mut team[0], false).expect("allowed");
    meet(&mut team);
    cast(&mut team[1], 2, BEN, 82).expect("allowed");
    cast(&mut team[2], 3, CHIARA, 83).expect("allowed");
    meet(&mut team);
    let [ana, ben, _] = team;
    let (mut ana, _) = ana.again(31);
    let (mut ben, _) = ben.again(32);
    close(&mut ana).expect("her secret is the same");
    close(&mut ben).expect("his too");
    between(&mut ana, &mut ben, 3);
    assert_eq!((counted(&ana), check(&ana)), (counted(&ben), Some(SealCheck::default())), "closed twice, one result");
}

#[test]
fn several_leaders_cast_on_one_device() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    cast(&mut team[0], 1, ANA, 81).expect("allowed");
    cast(&mut team[0], 2, BEN, 82).expect("allowed");
    cast(&mut team[0], 1, CHIARA, 83).expect("she thinks again");
    assert_nothing_readable(&team[..1], &[(1, ANA), (2, BEN), (1, CHIARA)]);
    close(&mut team[0]).expect("a custodian");
    meet(&mut team);
    assert_eq!(counted(&team[2]), [(leader(1), priorities(CHIARA)), (leader(2), priorities(BEN))]);
    assert_eq!(check(&team[2]), Some(SealCheck::default()));
}

#[test]
fn a_strong_round_needs_both() {
    let mut team = team();
    open(&mut team[0], true).expect("Ben is known");
    meet(&mut team);
    assert_eq!(cast(&mut team[2], 3, CHIARA, 83), Err(Refusal::KeyMissing));
    assert_eq!([give_keys(&mut team[0]), give_keys(&mut team[2]), give_keys(&mut team[1])], [0, 0, 1]);
    meet(&mut team);
    for (place, ranking) in [ANA, BEN, CHIARA].into_iter().enumerate() {
        let who = u8::try_from(place + 1).expect("small");
        cast(&mut team[place], who, ranking, 80 + who).expect("allowed");
    }
    meet(&mut team);
    let all: &[(u8, &[u8])] = &[(1, ANA), (2, BEN), (3, CHIARA)];
    assert_nothing_readable(&team, all);
    close(&mut team[1]).expect("his half");
    assert_eq!(close(&mut team[1]), Err(Refusal::NotCustodian { who: vec![vec!["Ana".into()]] }));
    meet(&mut team);
    assert_nothing_readable(&team, all);
    assert!(counted(&team[2]).is_empty());
    assert!(matches!(close(&mut team[2]), Err(Refusal::NotCustodian { who }) if who.len() == 2));
    close(&mut team[0]).expect("the other half");
    meet(&mut team);
    for device in &team {
        assert_eq!(counted(device).len(), 3);
        assert_eq!(check(device), Some(SealCheck::default()));
    }
}

#[test]
fn with_nobody_else_there_is_one_custodian_and_no_strong_round() {
    let mut ana = Device::founder(1);
    for (n, name) in [(2, "Ben"), (3, "Chiara")] {
        let details = LeaderDetails { name: name.into(), ..LeaderDetails::default() };
        ana.write(&Intent::AddLeader { leader: leader(n), details }).expect("allowed");
    }
    for priority in priorities(&[1, 2, 3, 4, 5, 6, 7]) {
        let title = priority.to_string();
        ana.write(&Intent::AddPriority { priority, title, description: String::new() }).expect("allowed");
    }
    assert_eq!(open(&mut ana, true), Err(Refusal::NoSecondCustodian));
    open(&mut ana, false).expect("allowed");
    let sealing = ana.document().snapshot().rounds[&ROUND].sealing.clone().expect("sealed");
    assert_eq!((sealing.sealing.custodians.len(), sealing.escrow), (1, None));
    assert_eq!(ana.link.facts(ana.document.as_ref()).custodians, []);
}

#[test]
fn whoever_opens_chooses_who_holds_the_other_key() {
    let mut team = team();
    let known = team[0].link.facts(team[0].document.as_ref()).custodians;
    assert_eq!(known.len(), 2);
    // Not the one that the rule would take.
    let chosen = Bytes32(known[1].0);
    open_with(&mut team[0], false, Some(chosen)).expect("allowed");
    let sealing = team[0].document().snapshot().rounds[&ROUND].sealing.clone().expect("sealed");
    assert_eq!(sealing.sealing.custodians[1].device, chosen);
    meet(&mut team);
    let half = |device: &Device| sealing.half_of(&Bytes32(device.link.peer().device().0));
    assert_eq!(team.iter().filter(|device| half(device) == Some(Half::Second)).count(), 1);

    // A device that is no member's is not replaced by another in silence, and this device is not its own second.
    let own = Bytes32(team[0].link.peer().device().0);
    for nobody in [Bytes32([9; 32]), own] {
        assert_eq!(open_with(&mut team[0], false, Some(nobody)), Err(Refusal::NoSecondCustodian));
        assert_eq!(open_with(&mut team[0], true, Some(nobody)), Err(Refusal::NoSecondCustodian));
    }
}

#[test]
fn copied_moved_and_flipped_ballots_are_not_counted() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    meet(&mut team);
    for (place, ranking) in [ANA, BEN].into_iter().enumerate() {
        let who = u8::try_from(place + 1).expect("small");
        cast(&mut team[place], who, ranking, 80 + who).expect("allowed");
    }
    meet(&mut team);
    let sealed = |device: &Device, who: u8| {
        let ballot = device.document().snapshot().rounds[&ROUND].ballots[&leader(who)].clone();
        ballot.sealed.expect("sealed").bytes
    };
    let (anas, bens) = (sealed(&team[2], 1), sealed(&team[2], 2));
    // Chiara hands in Ana's ballot as her own, and Ben's with a bit flipped as Ben's.
    let mut flipped = bens;
    flipped[100] ^= 1;
    for (who, sealed) in [(3, anas.clone()), (2, flipped)] {
        team[2].write_at(LATER, &Intent::CastSealed { round: ROUND, leader: leader(who), sealed }).expect("bytes");
    }

    meet(&mut team);
    let close_now = ballots::close(team[0].link.peer(), team[0].document(), ROUND).expect("a custodian");
    let Intent::CloseSealed(closing) = &close_now else { panic!("a close") };
    assert_eq!(closing.counted.iter().map(|ballot| ballot.leader).collect::<Vec<_>>(), [leader(1)]);
    assert!(matches!(team[0].write(&close_now), Err(Refusal::TooFewBallots { found: 1, .. })));
    // Ben casts again, and the round can be closed; what could not be opened is named.
    cast_at(&mut team[1], Timestamp(LATER.0 + 1), 2, BEN, 92).expect("allowed");
    meet(&mut team);
    close(&mut team[0]).expect("a custodian");
    meet(&mut team);
    let expected = SealCheck { unreadable: vec![leader(3)], ..SealCheck::default() };
    assert!(team.iter().all(|device| check(device).as_ref() == Some(&expected)));
    // A ballot of another round.
    let other = ballots::open(
        team[0].link.peer(),
        team[0].document(),
        &Intent::OpenRound {
            round: RoundId::from_bytes([2; 10]),
            label: "Second".into(),
            top: 3,
            candidates: priorities(&[1, 2, 3, 4, 5, 6, 7]),
            leaders: vec![leader(1), leader(2)],
            strong: false,
            second: None,
        },
        &mut random([71; 32]),
    );
    team[0].write(&other.expect("allowed")).expect("allowed");
    let second = RoundId::from_bytes([2; 10]);
    team[0].write(&Intent::CastSealed { round: second, leader: leader(1), sealed: anas }).expect("bytes");
    let Ok(Intent::CloseSealed(close)) = ballots::close(team[0].link.peer(), team[0].document(), second) else {
        panic!("a close")
    };
    assert!(close.counted.is_empty());
}

#[test]
fn what_a_custodian_counts_otherwise_or_leaves_out_is_seen_by_all() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    meet(&mut team);
    for (place, ranking) in [ANA, BEN, CHIARA].into_iter().enumerate() {
        let who = u8::try_from(place + 1).expect("small");
        cast(&mut team[place], who, ranking, 80 + who).expect("allowed");
    }
    meet(&mut team);
    let Ok(Intent::CloseSealed(mut close)) = ballots::close(team[0].link.peer(), team[0].document(), ROUND) else {
        panic!("a close")
    };
    close.counted.remove(2);
    close.counted[1].ranking = priorities(&[1, 2, 3]);
    team[0].write(&Intent::CloseSealed(close)).expect("the rules cannot tell");
    meet(&mut team);
    let expected = SealCheck { unverified: vec![leader(2)], left_out: vec![leader(3)], unreadable: Vec::new() };
    assert!(team.iter().all(|device| check(device).as_ref() == Some(&expected)));
}

#[test]
fn an_earlier_ballot_put_back_by_another_does_not_count() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    cast(&mut team[0], 1, ANA, 81).expect("allowed");
    meet(&mut team);
    let first = team[2].document().snapshot().rounds[&ROUND].ballots[&leader(1)].sealed.clone().expect("sealed");
    cast(&mut team[0], 1, CHIARA, 84).expect("she thinks again");
    cast(&mut team[1], 2, BEN, 82).expect("allowed");
    cast(&mut team[2], 3, CHIARA, 83).expect("allowed");
    meet(&mut team);
    let back = Intent::CastSealed { round: ROUND, leader: leader(1), sealed: first.bytes };
    team[2].write_at(LATER, &back).expect("bytes");
    meet(&mut team);
    close(&mut team[0]).expect("a custodian");
    assert_eq!(counted(&team[0]).iter().map(|(leader, _)| *leader).collect::<Vec<_>>(), [leader(2), leader(3)]);
    assert_eq!(check(&team[0]).expect("closed").unreadable, [leader(1)], "not silently");
}

/// The name of a leader's ballot as it stands.
fn name(device: &Device, who: u8) -> String {
    let ballot = device.document().snapshot().rounds[&ROUND].ballots[&leader(who)].clone();
    ballot.sealed.expect("sealed").name.to_string()
}

/// Put another ballot in place of what was counted, without asking the rules.
fn count_instead(device: &mut Device, who: u8, ranking: &[u8]) {
    let ids: Vec<String> = priorities(ranking).iter().map(ToString::to_string).collect();
    let (round, who_key) = (ROUND.to_string(), leader(who).to_string());
    let late = name(device, who);
    device.forge(&["rounds", &round, "names", &who_key], late);
    device.forge(&["rounds", &round, "counted", &who_key], ids.join(","));
}

#[test]
fn nobody_chooses_what_counts_once_the_secret_is_out() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    meet(&mut team);
    for (place, ranking) in [ANA, BEN, CHIARA].into_iter().enumerate() {
        let who = u8::try_from(place + 1).expect("small");
        cast(&mut team[place], who, ranking, 80 + who).expect("allowed");
    }
    meet(&mut team);
    cast_at(&mut team[2], LATER, 3, &[1, 2, 3], 90).expect("she has not heard");
    close(&mut team[0]).expect("a custodian");
    meet(&mut team);
    count_instead(&mut team[2], 3, &[1, 2, 3]);
    meet(&mut team);
    let only = SealCheck { unverified: vec![leader(3)], ..SealCheck::default() };
    assert!(team.iter().all(|device| check(device).as_ref() == Some(&only)));
    // As if she had closed it.
    team[2].forge(&["rounds", &ROUND.to_string(), "revealed"], LATER);
    meet(&mut team);
    let all = SealCheck { unverified: vec![leader(1), leader(2), leader(3)], ..SealCheck::default() };
    assert!(team.iter().all(|device| check(device).as_ref() == Some(&all)));
}

#[test]
fn the_second_custodian_of_a_strong_round_cannot_change_the_list() {
    for pretends in [false, true] {
        let mut team = team();
        open(&mut team[0], true).expect("Ben is known");
        meet(&mut team);
        give_keys(&mut team[1]);
        meet(&mut team);
        for (place, ranking) in [ANA, BEN, CHIARA].into_iter().enumerate() {
            let who = u8::try_from(place + 1).expect("small");
            cast(&mut team[place], who, ranking, 80 + who).expect("allowed");
        }
        meet(&mut team);
        close(&mut team[0]).expect("her half");
        cast_at(&mut team[1], LATER, 2, &[1, 2, 3], 90).expect("he has not heard");
        meet(&mut team);
        // He can look now, and would rather have voted otherwise.
        let Ok(honest) = ballots::close(team[1].link.peer(), team[1].document(), ROUND) else { panic!("a close") };
        if pretends {
            team[1].forge(&["rounds", &ROUND.to_string(), "closing"], LATER);
        }
        team[1].write(&honest).expect("allowed");
        count_instead(&mut team[1], 2, &[1, 2, 3]);
        meet(&mut team);
        // Who pretends to have begun has done both halves, which is seen as well.
        let unverified = if pretends { vec![leader(1), leader(2), leader(3)] } else { vec![leader(2)] };
        let expected = SealCheck { unverified, ..SealCheck::default() };
        assert!(team.iter().all(|device| check(device).as_ref() == Some(&expected)));
    }
}

#[test]
fn a_key_put_in_place_of_the_round_s_is_not_sealed_to() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    meet(&mut team);
    // Chiara puts a key of her own in place of Ana's, under Ana's name.
    let mut sealing = team[0].document().snapshot().rounds[&ROUND].sealing.clone().expect("sealed").sealing;
    sealing.key = plumbline_core::seal::Bytes32([9; 32]);
    team[2].forge(&["rounds", &ROUND.to_string(), "sealing"], sealing.to_string());
    meet(&mut team);
    assert_eq!(cast(&mut team[1], 2, BEN, 82), Err(Refusal::KeysDoNotFit));
    // Or takes the key away, so that ballots would be written in plain text.
    team[2].forge(&["rounds", &ROUND.to_string(), "sealing"], "");
    meet(&mut team);
    assert_eq!(cast(&mut team[1], 2, BEN, 82), Err(Refusal::UnsealedRound));
}

#[test]
fn what_is_shared_as_a_file_tells_nothing_either() {
    let mut team = team();
    open(&mut team[0], false).expect("allowed");
    cast(&mut team[0], 1, ANA, 81).expect("allowed");
    let file = plumbline_core::file::write(team[0].document());
    assert!(!contains(&file, &plain(1, ANA)[20..]));
    let mut copy = Document::load(&[team[0].document().save()], [98; 16]).expect("sound");
    assert_eq!(apply(&mut copy, NOW, &Intent::CloseRound { round: ROUND }), Err(Refusal::SealedRound));
}
