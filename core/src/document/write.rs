//! Writing: one transaction per intent, every write recorded so that it can be taken back.

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};
use serde::{Deserialize, Serialize};

use super::read::{self, Touched};
use super::{Document, section};
use crate::id::LeaderId;
use crate::intent::{FieldPath, FieldValue};
use crate::time::Timestamp;

/// One value that was written, with what stood there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// Where.
    pub path: FieldPath,
    /// What stood there.
    pub before: FieldValue,
    /// What stands there now.
    pub after: FieldValue,
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for FieldValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for FieldValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Timestamp> for FieldValue {
    fn from(moment: Timestamp) -> Self {
        Self::Number(moment.0)
    }
}

/// Writes within one transaction.
pub struct Writer<'a, 'd> {
    tx: &'a mut Transaction<'d>,
    writes: Vec<Write>,
    touched: Touched,
}

impl Document {
    /// Run `edit` as one change. Returns what it wrote; empty when nothing had to change, and then there is no change.
    pub fn write(&mut self, now: Timestamp, edit: impl FnOnce(&mut Writer<'_, '_>)) -> Vec<Write> {
        let announce = !self.announced;
        let author = self.author.leader;
        let session = self.doc.get_actor().to_hex_string();
        let mut tx = self.doc.transaction();
        let mut writer = Writer { tx: &mut tx, writes: Vec::new(), touched: Touched::default() };
        edit(&mut writer);
        let writes = std::mem::take(&mut writer.writes);
        if writes.is_empty() {
            tx.rollback();
            return writes;
        }
        if announce {
            writer.set(
                &[section::SESSIONS, &session],
                author.map_or(String::new(), |leader: LeaderId| leader.to_string()),
            );
        }
        let touched = std::mem::take(&mut writer.touched);
        tx.commit_with(CommitOptions::default().with_time(now.0.div_euclid(1000)));
        self.announced = true;
        read::refresh(&self.doc, &mut self.snapshot, &touched);
        writes
    }
}

impl Writer<'_, '_> {
    /// Put a value, unless it stands there already and nobody disputes it. Missing maps on the way are made.
    pub fn set(&mut self, path: &[&str], value: impl Into<FieldValue>) {
        let after = value.into();
        let Some((key, parents)) = path.split_last() else { return };
        let Some(object) = self.object(parents) else { return };
        let (before, disputed) = self.current(&object, key);
        if before == after && !disputed {
            return;
        }
        if self.put(&object, key, &after) {
            self.touched.mark(path);
            self.writes.push(Write { path: FieldPath(path.iter().map(ToString::to_string).collect()), before, after });
        }
    }

    /// Make a new entity. Taking it back marks it removed, so that what others add to it meanwhile is not lost.
    pub fn create(&mut self, path: &[&str], fields: &[(&str, FieldValue)]) {
        use super::field::REMOVED;
        let recorded = self.writes.len();
        for (key, value) in fields {
            self.set(&[path, &[*key]].concat(), value.clone());
        }
        let made = self.writes.len() > recorded;
        self.writes.truncate(recorded);
        let removed = [path, &[REMOVED]].concat();
        self.set(&removed, false);
        if made && let Some(last) = self.writes.last_mut() {
            last.before = FieldValue::Flag(true);
        }
    }

    /// The value at a path, if one person alone wrote what stands there. Two who wrote the same at the same time do not dispute it,
    /// and yet it is not for one of them to take back.
    pub fn read_alone(&self, path: &FieldPath) -> Option<FieldValue> {
        let Some((key, parents)) = path.0.split_last() else { return Some(FieldValue::Absent) };
        let mut object = ROOT;
        for name in parents {
            match self.tx.get(&object, name.as_str()) {
                Ok(Some((Value::Object(ObjType::Map), id))) => object = id,
                _ => return Some(FieldValue::Absent),
            }
        }
        let mut all = self.tx.get_all(&object, key.as_str()).unwrap_or_default();
        match (all.pop(), all.is_empty()) {
            (Some((Value::Scalar(value), _)), true) => Some(field_value(&value)),
            (_, true) => Some(FieldValue::Absent),
            (_, false) => None,
        }
    }

    fn current(&self, object: &ObjId, key: &str) -> (FieldValue, bool) {
        let all = self.tx.get_all(object, key).unwrap_or_default();
        let disputed = all.windows(2).any(|pair| pair[0].0 != pair[1].0);
        let value = match all.last() {
            Some((Value::Scalar(value), _)) => field_value(value),
            _ => FieldValue::Absent,
        };
        (value, disputed)
    }

    fn object(&mut self, parents: &[&str]) -> Option<ObjId> {
        let mut object = ROOT;
        for name in parents {
            object = match self.tx.get(&object, *name) {
                Ok(Some((Value::Object(ObjType::Map), id))) => id,
                _ => self.tx.put_object(&object, *name, ObjType::Map).ok()?,
            };
        }
        Some(object)
    }

    fn put(&mut self, object: &ObjId, key: &str, value: &FieldValue) -> bool {
        match value {
            FieldValue::Absent => self.tx.delete(object, key),
            FieldValue::Text(text) => self.tx.put(object, key, text.as_str()),
            FieldValue::Number(number) => self.tx.put(object, key, *number),
            FieldValue::Flag(flag) => self.tx.put(object, key, *flag),
        }
        .is_ok()
    }
}

/// A scalar as a [`FieldValue`]; kinds Plumbline never writes count as absent.
pub(super) fn field_value(value: &ScalarValue) -> FieldValue {
    match value {
        ScalarValue::Str(text) => FieldValue::Text(text.to_string()),
        ScalarValue::Int(number) | ScalarValue::Timestamp(number) => FieldValue::Number(*number),
        ScalarValue::Uint(number) => i64::try_from(*number).map_or(FieldValue::Absent, FieldValue::Number),
        ScalarValue::Boolean(flag) => FieldValue::Flag(*flag),
        _ => FieldValue::Absent,
    }
}
