//! What app and engine say to each other. Both are ours; a page and a worker of two versions may meet all the same.

use plumbline_core::bridge::{Answer, FromEngine, Push, Request, Saving, ToEngine};
use plumbline_core::id::{LeaderId, RoundId, WorkspaceId};
use plumbline_core::intent::{Intent, LeaderDetails};
use plumbline_core::view::{Context, Figures, Packed, ViewKey, build};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::open::{NOW, team};

/// What is read is written and read the same.
pub fn run(input: &[u8]) {
    check::<ToEngine>(input);
    check::<FromEngine>(input);
}

fn check<T: Serialize + DeserializeOwned>(input: &[u8]) {
    let Ok(message) = postcard::from_bytes::<T>(input) else { return };
    let bytes = postcard::to_allocvec(&message).expect("what was read can be written");
    // By bytes: figures may be no numbers, and those are equal to nothing.
    let again: T = postcard::from_bytes(&bytes).expect("what was written can be read");
    assert_eq!(postcard::to_allocvec(&again).as_ref(), Ok(&bytes));
}

/// Requests, and views of the sample team.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let (workspace, leader) = (WorkspaceId::from_bytes([1; 16]), LeaderId::from_bytes([2; 10]));
    let requests = [
        Request::Create { workspace, name: "Team".into() },
        Request::Open { workspace, leader: Some(leader) },
        Request::Subscribe(ViewKey::Ballot(RoundId::from_bytes([3; 10]), leader)),
        Request::Dispatch(Intent::AddLeader {
            leader,
            details: LeaderDetails { name: "Ana".into(), ..Default::default() },
        }),
        Request::PreviewBallots { bytes: b"leader,1\n".to_vec(), columns: None, top: Some(3), same_as: Vec::new() },
    ];
    let encode = |(id, request)| postcard::to_allocvec(&ToEngine { id, request }).expect("it can be written");
    let mut seeds: Vec<Vec<u8>> = (1..).zip(requests).map(encode).collect();
    let context = Context { document: team(), now: NOW, undo: None, redo: None, custody: None };
    for key in [ViewKey::Shell, ViewKey::Today, ViewKey::Team, ViewKey::Settings] {
        let view = build(key, &context, &mut Figures::default());
        let view = postcard::to_allocvec(&view).expect("views cross to the app");
        let push = FromEngine::Push(Push::View(workspace, key, Packed::new(view)));
        seeds.push(postcard::to_allocvec(&push).expect("it can be written"));
    }
    let rest = [
        FromEngine::Push(Push::Saving(Saving::Saved { at: Some(NOW) })),
        FromEngine::Reply { id: 7, result: Ok(Answer::Opened(workspace)) },
    ];
    seeds.extend(rest.iter().map(|message| postcard::to_allocvec(message).expect("it can be written")));
    seeds
}
