//! Reading: tolerant of anything a peer may have written. A field of the wrong kind counts as absent; an entity under a key
//! that is no identifier is passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use automerge::iter::MapRangeItem;
use automerge::{Automerge, ObjId, ObjType, Patch, PatchAction, Prop, ROOT, ReadDoc, Value, ValueRef};
use chrono::NaiveDate;

use super::snapshot::{
    Ballot, LeaderRecord, PriorityRecord, RoundRecord, SessionRecord, Signature, Snapshot, WorkspaceRecord,
};
use super::write::field_value;
use super::{Claim, Register, field, schema, sealed, section};
use crate::intent::{FieldValue, limits};
use crate::time::Timestamp;

/// Which entities have to be read again.
#[derive(Debug, Default)]
pub struct Touched {
    everything: bool,
    entities: BTreeSet<(String, String)>,
}

impl Touched {
    /// Note a written path.
    pub fn mark(&mut self, path: &[&str]) {
        match path {
            [section, entity, ..] => {
                self.entities.insert(((*section).to_owned(), (*entity).to_owned()));
            }
            _ => self.everything = true,
        }
    }
}

/// What patches from elsewhere touched.
pub fn touched_by(patches: &[Patch]) -> Touched {
    let mut touched = Touched::default();
    for patch in patches {
        let mut path: Vec<&str> = Vec::with_capacity(3);
        for (_, prop) in patch.path.iter().take(2) {
            if let Prop::Map(key) = prop {
                path.push(key);
            }
        }
        match &patch.action {
            PatchAction::PutMap { key, .. }
            | PatchAction::DeleteMap { key }
            | PatchAction::Conflict { prop: Prop::Map(key) } => path.push(key),
            _ => {}
        }
        touched.mark(&path);
    }
    touched
}

impl super::Document {
    /// The snapshot read from the document anew: what the one kept up to date must always be equal to.
    #[must_use]
    pub fn read_afresh(&self) -> Snapshot {
        everything(&self.doc)
    }
}

/// The whole document.
pub fn everything(doc: &Automerge) -> Snapshot {
    let mut snapshot = Snapshot { schema: schema::step_of(doc), ..Snapshot::default() };
    snapshot.workspace = map_at(doc, &ROOT, section::WORKSPACE).map(|map| workspace(doc, &map)).unwrap_or_default();
    snapshot.leaders = entities(doc, section::LEADERS, leader);
    snapshot.priorities = entities(doc, section::PRIORITIES, priority);
    snapshot.rounds = entities(doc, section::ROUNDS, round);
    if let Some(sessions) = map_at(doc, &ROOT, section::SESSIONS) {
        snapshot.sessions =
            Fields::read(doc, &sessions).0.into_iter().map(|(key, value)| (key, session(&value.value))).collect();
    }
    snapshot
}

/// Read again what was touched.
pub fn refresh(doc: &Automerge, snapshot: &mut Snapshot, touched: &Touched) {
    if touched.everything {
        *snapshot = everything(doc);
        return;
    }
    let mut whole_workspace = false;
    for (name, key) in &touched.entities {
        match name.as_str() {
            section::WORKSPACE => whole_workspace = true,
            section::LEADERS => entity(doc, &mut snapshot.leaders, section::LEADERS, key, leader),
            section::PRIORITIES => entity(doc, &mut snapshot.priorities, section::PRIORITIES, key, priority),
            section::ROUNDS => entity(doc, &mut snapshot.rounds, section::ROUNDS, key, round),
            section::SESSIONS => {
                let record = map_at(doc, &ROOT, section::SESSIONS)
                    .and_then(|sessions| doc.get(&sessions, key.as_str()).ok().flatten())
                    .and_then(|(value, _)| value.as_scalar().map(field_value));
                match record {
                    Some(value) => snapshot.sessions.insert(key.clone(), session(&value)),
                    None => snapshot.sessions.remove(key),
                };
            }
            _ => {}
        }
    }
    if whole_workspace {
        snapshot.workspace = map_at(doc, &ROOT, section::WORKSPACE).map(|map| workspace(doc, &map)).unwrap_or_default();
    }
}

pub(super) fn map_at(doc: &Automerge, object: &ObjId, key: &str) -> Option<ObjId> {
    match doc.get(object, key) {
        Ok(Some((Value::Object(ObjType::Map), id))) => Some(id),
        _ => None,
    }
}

fn entities<K: FromStr + Ord, T>(doc: &Automerge, name: &str, read: fn(&Automerge, &ObjId) -> T) -> BTreeMap<K, T> {
    let Some(section) = map_at(doc, &ROOT, name) else { return BTreeMap::new() };
    let keyed: Vec<(K, ObjId)> =
        doc.map_range(&section, ..).filter_map(|item| Some((item.key.parse().ok()?, object_of(&item)?))).collect();
    keyed.into_iter().map(|(key, object)| (key, read(doc, &object))).collect()
}

fn entity<K: FromStr + Ord, T>(
    doc: &Automerge,
    all: &mut BTreeMap<K, T>,
    name: &str,
    key: &str,
    read: fn(&Automerge, &ObjId) -> T,
) {
    let Ok(id) = key.parse::<K>() else { return };
    match map_at(doc, &ROOT, name).and_then(|section| map_at(doc, &section, key)) {
        Some(object) => all.insert(id, read(doc, &object)),
        None => all.remove(&id),
    };
}

fn object_of(item: &MapRangeItem<'_>) -> Option<ObjId> {
    matches!(item.value, ValueRef::Object(ObjType::Map)).then(|| item.id())
}

/// The scalar fields of a map, claims included.
pub(super) struct Fields(pub(super) BTreeMap<String, Register<FieldValue>>);

impl Fields {
    fn read(doc: &Automerge, object: &ObjId) -> Self {
        let items: Vec<(String, Value<'static>, bool)> = doc
            .map_range(object, ..)
            .filter(|item| matches!(item.value, ValueRef::Scalar(_)))
            .map(|item| (item.key.to_string(), Value::from(item.value.clone()), item.conflict))
            .collect();
        Self(
            items
                .into_iter()
                .map(|(key, value, conflict)| {
                    let value = value.as_scalar().map_or(FieldValue::Absent, field_value);
                    let claims = if conflict { claims(doc, object, &key) } else { Vec::new() };
                    (key, Register { value, claims })
                })
                .collect(),
        )
    }

    pub(super) fn value(&self, key: &str) -> &FieldValue {
        self.0.get(key).map_or(&FieldValue::Absent, |register| &register.value)
    }

    fn register<T>(&self, key: &str, read: impl Fn(&FieldValue) -> T) -> Register<T> {
        self.0.get(key).map_or_else(|| Register::new(read(&FieldValue::Absent)), |register| register.map(&read))
    }
}

/// All values written at the same time, oldest first; empty when they are in fact equal.
fn claims(doc: &Automerge, object: &ObjId, key: &str) -> Vec<Claim<FieldValue>> {
    let mut claims: Vec<Claim<FieldValue>> = Vec::new();
    for (value, id) in doc.get_all(object, key).unwrap_or_default() {
        let value = value.as_scalar().map_or(FieldValue::Absent, field_value);
        let (session, at) = match &id {
            ObjId::Id(_, actor, _) => (actor.to_hex_string(), written_at(doc, &id)),
            ObjId::Root => (String::new(), Timestamp::default()),
        };
        claims.push(Claim { raw: value.clone(), value, session, at });
    }
    if claims.windows(2).all(|pair| pair[0].value == pair[1].value) {
        return Vec::new();
    }
    claims.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.session.cmp(&b.session)));
    claims
}

fn written_at(doc: &Automerge, id: &ObjId) -> Timestamp {
    doc.hash_for_opid(id)
        .and_then(|hash| doc.get_change_meta_by_hash(&hash))
        .map_or(Timestamp::default(), |change| Timestamp(change.timestamp.saturating_mul(1000)))
}

pub(super) fn text(value: &FieldValue) -> String {
    if let FieldValue::Text(text) = value { text.clone() } else { String::new() }
}

fn number(value: &FieldValue) -> i64 {
    if let FieldValue::Number(number) = value { *number } else { 0 }
}

fn flag(value: &FieldValue) -> bool {
    matches!(value, FieldValue::Flag(true))
}

pub(super) fn moment(value: &FieldValue) -> Option<Timestamp> {
    if let FieldValue::Number(number) = value { Some(Timestamp(*number)) } else { None }
}

fn day(value: &FieldValue) -> Option<NaiveDate> {
    text(value).parse().ok()
}

/// Identifiers separated by commas, strangers and repeats passed over.
fn ids<T: FromStr + PartialEq>(value: &str) -> Vec<T> {
    let mut ids = Vec::new();
    for id in value.split(',').filter_map(|id| id.parse().ok()) {
        // No list of ours is longer; a stranger's could be made to be read for minutes.
        if ids.len() == limits::CANDIDATES_MAX {
            break;
        }
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// "moment ids", as ballots and signatures are written: one value, so that two at once are one conflict.
fn stamped<T: FromStr + PartialEq>(value: &FieldValue) -> Option<(Timestamp, Vec<T>)> {
    let FieldValue::Text(text) = value else { return None };
    let (at, list) = text.split_once(' ')?;
    Some((Timestamp(at.parse().ok()?), ids(list)))
}

fn workspace(doc: &Automerge, object: &ObjId) -> WorkspaceRecord {
    let fields = Fields::read(doc, object);
    WorkspaceRecord {
        id: text(fields.value(field::ID)).parse().ok(),
        name: fields.register(field::NAME, text),
        top: fields.register(field::TOP, number),
        sample: flag(fields.value(field::SAMPLE)),
        created: moment(fields.value(field::CREATED)).unwrap_or_default(),
    }
}

fn leader(doc: &Automerge, object: &ObjId) -> LeaderRecord {
    let fields = Fields::read(doc, object);
    LeaderRecord {
        name: fields.register(field::NAME, text),
        role: fields.register(field::ROLE, text),
        department: fields.register(field::DEPARTMENT, text),
        joined: fields.register(field::JOINED, day),
        left: fields.register(field::LEFT, day),
        removed: flag(fields.value(field::REMOVED)),
        created: moment(fields.value(field::CREATED)).unwrap_or_default(),
    }
}

fn priority(doc: &Automerge, object: &ObjId) -> PriorityRecord {
    let fields = Fields::read(doc, object);
    PriorityRecord {
        title: fields.register(field::TITLE, text),
        description: fields.register(field::DESCRIPTION, text),
        retired: fields.register(field::RETIRED, flag),
        removed: flag(fields.value(field::REMOVED)),
        created: moment(fields.value(field::CREATED)).unwrap_or_default(),
    }
}

fn round(doc: &Automerge, object: &ObjId) -> RoundRecord {
    let fields = Fields::read(doc, object);
    let part = |key: &str| map_at(doc, object, key).map(|map| Fields::read(doc, &map));
    let sealing = sealed::sealing(doc, object, &fields, part(field::NAMES));
    RoundRecord {
        label: fields.register(field::LABEL, text),
        top: u8::try_from(number(fields.value(field::TOP))).unwrap_or_default(),
        opened: moment(fields.value(field::OPENED)).unwrap_or_default(),
        revealed: moment(fields.value(field::REVEALED)),
        cancelled: moment(fields.value(field::CANCELLED)),
        imported: flag(fields.value(field::IMPORTED)),
        removed: flag(fields.value(field::REMOVED)),
        candidates: ids(&text(fields.value(field::CANDIDATES))),
        asked: keyed(part(field::ASKED), |register| Some(register.map(flag))),
        ballots: if sealing.is_some() {
            sealed::latest(map_at(doc, object, field::BALLOTS).map(|map| sealed::ballots(doc, &map, None)))
        } else {
            keyed(part(field::BALLOTS), |register| {
                // Of two ballots one leader cast at the same time on two devices, the later counts.
                let claims = register.claims.iter().map(|claim| &claim.value);
                claims
                    .chain([&register.value])
                    .filter_map(stamped)
                    .max_by_key(|(cast, _)| *cast)
                    .map(|(cast, ranking)| Ballot { cast, ranking, sealed: None })
            })
        },
        counted: keyed(part(field::COUNTED), |register| Some(ids(&text(&register.value)))),
        order: part(field::ORDER)
            .map(|fields| {
                let keys: Vec<String> = fields.0.keys().cloned().collect();
                keys.into_iter().filter_map(|key| Some((key.parse().ok()?, fields.register(&key, text)))).collect()
            })
            .unwrap_or_default(),
        signed: keyed(part(field::SIGNED), |register| {
            // None of several is given up: whether a leader stands behind the stack is for the stack to say.
            let claims = register.claims.iter().map(|claim| &claim.value);
            let values = if register.in_conflict() { claims.collect() } else { vec![&register.value] };
            let mut signatures: Vec<Signature> =
                values.into_iter().filter_map(stamped).map(|(at, stack)| Signature { at, stack }).collect();
            signatures.sort_by(|a, b| (a.at, &a.stack).cmp(&(b.at, &b.stack)));
            (!signatures.is_empty()).then_some(signatures)
        }),
        sealing,
    }
}

fn keyed<K: FromStr + Ord, T>(
    fields: Option<Fields>,
    read: impl Fn(&Register<FieldValue>) -> Option<T>,
) -> BTreeMap<K, T> {
    fields
        .map(|fields| {
            fields.0.iter().filter_map(|(key, register)| Some((key.parse().ok()?, read(register)?))).collect()
        })
        .unwrap_or_default()
}

fn session(value: &FieldValue) -> SessionRecord {
    SessionRecord { leader: text(value).parse().ok() }
}
