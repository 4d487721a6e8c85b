//! What changes from elsewhere wrote. Patches tell what *shows* differently, and a third value written at the same time as two
//! others that are in conflict already shows nothing; its claim must be read all the same.

use automerge::legacy::{Key, ObjectId};
use automerge::{Automerge, Change, ExpandedChange, ObjId, Prop, ROOT, ReadDoc};

use super::read::Touched;

/// With more writes than this, reading the whole document is faster than finding out what to read.
const MANY: usize = 2_000;

/// Mark what `changes` wrote; they are in the document.
pub fn mark(doc: &Automerge, changes: &[Change], touched: &mut Touched) {
    if changes.iter().map(Change::len).sum::<usize>() > MANY {
        touched.mark(&[]);
        return;
    }
    for change in changes {
        for write in ExpandedChange::from(change).operations {
            let mut path = match &write.obj {
                ObjectId::Root => Vec::new(),
                ObjectId::Id(id) => path_of(doc, &id.to_string()),
            };
            if let Key::Map(key) = &write.key {
                path.push(key.to_string());
            }
            touched.mark(&path.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}

/// Keys from the root to an object; empty when it has none, so that everything is read.
fn path_of(doc: &Automerge, id: &str) -> Vec<String> {
    let object: ObjId = doc.import(id).map_or(ROOT, |(object, _)| object);
    let parents = doc.parents(&object).map(|parents| parents.path()).unwrap_or_default();
    parents
        .into_iter()
        .map_while(|(_, prop)| if let Prop::Map(key) = prop { Some(key.to_string()) } else { None })
        .collect()
}
