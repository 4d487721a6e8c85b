//! Requests about sharing, and what the peer has to say.

use plumbline_core::bridge::sharing::{Key, SharingProblem, WholeLink};
use plumbline_core::bridge::{Answer, ExportFile, Failure, Request, WorkspaceCard};
use plumbline_replica::parcel;
use plumbline_replica::sharing::{admin_problem, role_of};
use plumbline_replica::sync::peer::AdminProblem;
use plumbline_replica::sync::wire::key::VerifyKey;
use plumbline_replica::sync::wire::keyring::record::Target;

use super::files::file_name;
use super::{Answered, Desk, Internal, post};
use crate::join;
use crate::open::Open;
use crate::platform;
use crate::shared::{Shared, moment};
use crate::storage::sharing::SharingWrites;

/// The requests about sharing.
pub(super) async fn answer(desk: &mut Desk, request: Request) -> Answered {
    match request {
        Request::Join { link, relay } => return join(desk, &link, &relay).await,
        Request::Share { relay } => {
            desk.opened()?.share(relay).await?;
            desk.opened()?.tell_sharing_anew();
            desk.refresh();
            return Ok(Answer::Done);
        }
        _ => {}
    }
    let open = desk.opened()?;
    let shared = open.shared.clone().ok_or(Failure::NotOpen)?;
    match request {
        Request::Show(presence) => shared.show(presence),
        Request::Reach => shared.reach_at_once(),
        Request::Direct(wanted) => shared.set_direct(wanted),
        // Only what is in the keyring can be decided upon.
        _ if !shared.is_ready() => return Err(Failure::NotOpen),
        Request::MakeLink { role, expires, name, app } => {
            let made = shared.administer(|peer, at, now| {
                let label = peer.seal_label(name.trim());
                peer.grant(role_of(role), expires.map(moment), label, at, now)
            });
            let link = made.map_err(|problem| refused(&problem))?;
            let (key, fragment) = (link.secrets().keys().verify, link.fragment().to_string());
            settle(open).await?;
            open.keep_link(key, &fragment).await?;
            open.tell_sharing();
            return Ok(Answer::Link(crate::code::whole(fragment, &app)));
        }
        Request::ShowLink { link, app } => {
            let whole: Result<WholeLink, SharingProblem> = shared.link(link, &app);
            return whole.map(Answer::Link).map_err(Failure::Sharing);
        }
        Request::CloseLink(Key(link)) => {
            revoke(&shared, Target::Link(VerifyKey(link)))?;
            settle(open).await?;
        }
        Request::RemoveDevice(Key(device)) => {
            revoke(&shared, Target::Device(VerifyKey(device)))?;
            settle(open).await?;
        }
        Request::SaveEdits => {
            let name = file_name(&open.document.snapshot().workspace.name.value, parcel::EXTENSION);
            let file = ExportFile { name, mime: "application/octet-stream".into(), bytes: shared.parcel() };
            return Ok(Answer::File(file));
        }
        Request::TakeEdits { bytes } => {
            let before = open.document.heads();
            shared.take_parcel(&bytes).map_err(Failure::Sharing)?;
            settle(open).await?;
            let changed = open.document.heads() != before;
            desk.refresh();
            desk.update_card().await;
            return Ok(Answer::Edited(changed));
        }
        Request::Adopt => {
            let adopted = shared.administer(|peer, at, now| {
                let marks = peer.set_aside();
                peer.adopt(marks, at, now)
            });
            adopted.map_err(|problem| refused(&problem))?;
            settle(open).await?;
        }
        _ => return Err(Failure::Version),
    }
    Ok(Answer::Done)
}

fn revoke(shared: &Shared, target: Target) -> Result<(), Failure> {
    shared.administer(|peer, at, now| peer.revoke(target, at, now)).map_err(|problem| refused(&problem))
}

const fn refused(problem: &AdminProblem) -> Failure {
    Failure::Sharing(admin_problem(problem))
}

/// Waits until what was decided is on disk: before that nobody is told that it is done.
async fn settle(open: &mut Open) -> Result<(), Failure> {
    open.take_in();
    // Two seconds, as for closing.
    for _ in 0..200 {
        if open.is_settled() {
            return Ok(());
        }
        gloo_timers::future::TimeoutFuture::new(10).await;
    }
    Err(Failure::NotStored(plumbline_core::bridge::StorageTrouble::Failed))
}

async fn join(desk: &mut Desk, text: &str, relay: &str) -> Answered {
    desk.know_directory().await?;
    desk.close().await?;
    let joined = join::join(text, relay, &desk.directory).await?;
    let now = platform::now();
    let card = WorkspaceCard {
        id: joined.workspace,
        name: joined.name,
        sample: false,
        created: now,
        opened: now,
        deleted: None,
    };
    let listed = desk.directory.change(joined.workspace, |known| {
        let created = known.map_or(now, |known| known.created);
        Some(WorkspaceCard { created, ..card.clone() })
    });
    listed.await.map_err(Failure::NotStored)?;
    desk.directory_changed();
    desk.open(joined.workspace).await
}

impl Desk {
    /// What the peer or its socket has to say.
    pub(super) async fn hear_peer(&mut self, news: Internal) {
        let Some(open) = &mut self.open else { return };
        let Some(shared) = open.shared.clone() else { return };
        match news {
            Internal::Socket(conn, news) => shared.hear(conn, news),
            Internal::Direct(conn, news) => shared.hear_direct(conn, news),
            Internal::Look => shared.look(),
            Internal::Tick => shared.tick(),
            Internal::Reach => shared.reach(),
            Internal::ShowAgain => shared.show_again(),
            Internal::Peer => {
                for (id, code) in shared.take_carried() {
                    self.outlet.reply(id, code.map(Answer::Link).map_err(Failure::Sharing));
                }
                if open.take_in() {
                    self.refresh();
                    self.update_card().await;
                }
                if let Some(open) = &self.open {
                    open.tell_sharing();
                }
            }
            _ => {}
        }
    }

    /// A code for another device, or from one: answered now or, when it has to be made first, by and by.
    pub(super) fn by_hand(&mut self, id: u32, request: Request) -> Option<Answered> {
        let shared = self.open.as_ref().and_then(|open| open.shared.clone()).filter(Shared::is_ready);
        let Some(shared) = shared else { return Some(Err(Failure::NotOpen)) };
        match request {
            Request::AskByHand { app } => shared.ask_by_hand(id, app),
            Request::Brought { code, app } => {
                let answered = shared.brought(&code, id, app)?;
                return Some(answered.map(|()| Answer::Done).map_err(Failure::Sharing));
            }
            _ => return Some(Err(Failure::Version)),
        }
        None
    }

    /// Say who sits here, where others want to know.
    pub(super) fn introduce(&mut self) {
        if self.open.as_mut().is_some_and(Open::introduce) {
            self.refresh();
        }
    }

    /// Have the peer read back what it had, then take the edits that came meanwhile.
    pub(super) async fn read_back(&mut self) {
        let Some(open) = &mut self.open else { return };
        if let Err(trouble) = open.read_back().await {
            self.outlet.trouble(trouble);
            return;
        }
        open.introduce();
        open.tell_sharing();
        self.refresh();
        for held in std::mem::take(&mut self.held) {
            Box::pin(self.handle(held)).await;
        }
    }

    /// Another tab may have begun to share the workspace: then this one opens it anew, with a peer of its own.
    pub(super) async fn notice_sharing(&mut self) {
        let Some(open) = self.open.as_ref().filter(|open| open.shared.is_none()) else { return };
        if !open.is_shared_in_storage().await {
            return;
        }
        let (id, leader) = (open.id, open.document.author());
        if self.close().await.is_ok() && self.open(id).await.is_ok() {
            self.identify(leader);
        }
        post(Internal::Opened(id));
    }
}

impl Open {
    /// Keep a link that was made here, so that it can be shown again.
    async fn keep_link(&self, key: VerifyKey, fragment: &str) -> Result<(), Failure> {
        let link = Some((key, fragment));
        self.store_sharing(SharingWrites { link, ..SharingWrites::default() }).await?;
        if let Some(shared) = &self.shared {
            shared.keep_link(key, fragment.to_owned());
        }
        Ok(())
    }
}
