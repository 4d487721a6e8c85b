//! A member who writes whatever they like into the document, past every rule: sound changes, senseless content. It is read, shown
//! and exported all the same, the same on every replica, and people's edits on top of it keep the rules.

use std::sync::LazyLock;

use automerge::transaction::Transactable;
use automerge::{
    ActorId, Automerge, AutomergeError, LoadOptions, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, TextEncoding, Value,
};
use plumbline_core::document::Document;
use plumbline_core::intent::{Intent, apply};

use super::open::{NOW, leader, priority, round, trio, use_it};
use crate::draw::Draw;

const SECTIONS: [&str; 6] = ["workspace", "leaders", "priorities", "rounds", "sessions", "plumbline/1"];
const FIELDS: [&str; 24] = [
    "id",
    "name",
    "sample",
    "created",
    "top",
    "removed",
    "role",
    "department",
    "joined",
    "left",
    "title",
    "description",
    "retired",
    "label",
    "opened",
    "revealed",
    "cancelled",
    "imported",
    "candidates",
    "asked",
    "ballots",
    "counted",
    "order",
    "signed",
];

/// Two hostile writers at once; their changes in both orders; edits on top.
pub fn run(input: &[u8]) {
    let mut draw = Draw::new(input);
    let known = names();
    let mut writers = [hostile(11), hostile(12)];
    let before = [writers[0].get_heads(), writers[1].get_heads()];
    for _ in 0..24 {
        if draw.is_empty() {
            break;
        }
        let writer = draw.below(2);
        if draw.once_in(8) {
            let (one, two) = writers.split_at_mut(1);
            two[0].merge(&mut one[0]).expect("two of the same");
        }
        let doc = &mut writers[writer];
        doc.transact::<_, _, AutomergeError>(|tx| {
            for _ in 0..=draw.below(3) {
                write(&mut draw, tx, &known)?;
            }
            Ok(())
        })
        .ok();
    }
    let [one, two] = [0, 1].map(|at| {
        let changes = writers[at].get_changes(&before[at]);
        changes.iter().flat_map(|change| change.raw_bytes().to_vec()).collect::<Vec<u8>>()
    });
    let (mut mine, mut theirs) = (trio().clone(), trio().clone());
    // The second may build on the first; nothing visible changes until that came.
    drop((mine.receive(&one), mine.receive(&two)));
    drop((theirs.receive(&two), theirs.receive(&one)));
    assert_eq!(mine.heads(), theirs.heads());
    assert_eq!(mine.snapshot(), theirs.snapshot(), "replicas that hold the same show the same");
    assert_eq!(mine.snapshot(), &mine.read_afresh());
    use_it(&mine);
    edit(&mut mine, &mut theirs, draw);
}

/// What people do on top of it.
fn edit(mine: &mut Document, theirs: &mut Document, mut draw: Draw<'_>) {
    for _ in 0..3 {
        let Ok((intent, rest)) = postcard::take_from_bytes::<Intent>(draw.rest()) else { break };
        draw = Draw::new(rest);
        let before = (mine.snapshot().clone(), mine.heads());
        if apply(mine, NOW, &intent).is_err() {
            assert_eq!((mine.snapshot().clone(), mine.heads()), before, "a refusal leaves no trace");
        }
    }
    theirs.merge(mine).expect("sound changes");
    assert_eq!(mine.snapshot(), theirs.snapshot());
    assert_eq!(mine.snapshot(), &mine.read_afresh());
}

fn hostile(actor: u8) -> Automerge {
    static BASE: LazyLock<Automerge> = LazyLock::new(|| {
        let options = LoadOptions::new().text_encoding(TextEncoding::Utf16CodeUnit);
        Automerge::load_with_options(&trio().save(), options).expect("our own")
    });
    let mut doc = BASE.clone();
    doc.set_actor(ActorId::from([actor; 16]));
    doc
}

/// Keys of entities and of what is in them that are there or could be.
fn names() -> Vec<String> {
    let there = [
        leader(1).to_string(),
        priority(1).to_string(),
        priority(2).to_string(),
        round(1).to_string(),
        round(2).to_string(),
    ];
    let new = [leader(7).to_string(), round(8).to_string(), "no identifier".to_owned(), String::new()];
    there.into_iter().chain(new).collect()
}

fn write<T: Transactable + ReadDoc>(draw: &mut Draw<'_>, tx: &mut T, names: &[String]) -> Result<(), AutomergeError> {
    let mut object = ROOT;
    let mut key = SECTIONS[draw.below(SECTIONS.len())].to_owned();
    for depth in 0..draw.below(4) {
        object = map(tx, &object, &key)?;
        key = match (depth, draw.byte() % 8) {
            (0, 0..=6) | (2, 0..=6) => draw.of(names).cloned().unwrap_or_default(),
            (1, 0..=6) => FIELDS[draw.below(FIELDS.len())].to_owned(),
            _ => String::from_utf8_lossy(draw.some(6)).into_owned(),
        };
    }
    match draw.byte() % 12 {
        0 => return tx.delete(&object, key.as_str()),
        1 => drop(tx.put_object(&object, key.as_str(), ObjType::Map)?),
        2 => {
            let list = tx.put_object(&object, key.as_str(), ObjType::List)?;
            tx.insert(&list, 0, "x")?;
        }
        3 => {
            let text = tx.put_object(&object, key.as_str(), ObjType::Text)?;
            tx.splice_text(&text, 0, 0, "a\u{1F600}b")?;
        }
        _ => tx.put(&object, key.as_str(), scalar(draw, names))?,
    }
    Ok(())
}

/// The map at a key, made if there is none.
fn map<T: Transactable + ReadDoc>(tx: &mut T, object: &ObjId, key: &str) -> Result<ObjId, AutomergeError> {
    match tx.get(object, key)? {
        Some((Value::Object(ObjType::Map), id)) => Ok(id),
        _ => tx.put_object(object, key, ObjType::Map),
    }
}

fn scalar(draw: &mut Draw<'_>, names: &[String]) -> ScalarValue {
    let number = draw.number();
    match draw.byte() % 16 {
        0 => ScalarValue::Null,
        1 => ScalarValue::Boolean(number.is_multiple_of(2)),
        2 => ScalarValue::Int(number as i64),
        3 => ScalarValue::Uint(number),
        4 => ScalarValue::F64(f64::from_bits(number)),
        5 => ScalarValue::Timestamp(number as i64),
        6 => ScalarValue::counter(number as i64),
        7 => ScalarValue::Bytes(draw.some(8).to_vec()),
        8 => ScalarValue::Str(String::from_utf8_lossy(draw.some(24)).as_ref().into()),
        9 => ScalarValue::Str("2026-02-30".into()),
        10 => ScalarValue::Str("+262143-12-31".into()),
        11 => ScalarValue::Str("x".repeat(3000).into()),
        // A moment and a list, as ballots and signatures are written.
        _ => {
            let count = draw.below(4);
            let list: Vec<&str> = (0..count).filter_map(|_| draw.of(names)).map(String::as_str).collect();
            ScalarValue::Str(format!("{} {}", number as i64, list.join(",")).into())
        }
    }
}

/// Fields of all kinds; a round taken over; an edit on top.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let intent = Intent::RenameWorkspace { name: "Other".into() };
    let intent = postcard::to_allocvec(&intent).expect("it can be written");
    // writer, no merge, one write: section, depth, entity, field, value.
    let put = |section: u8, entity: u8, field: u8, number: u8, kind: u8| {
        vec![0, 0, 0, section, 2, 0, entity, 0, field, 11, number, kind, 2, 4, 5]
    };
    vec![
        [put(1, 0, 1, 5, 2), put(3, 4, 15, 9, 5), put(3, 5, 20, 7, 12)].concat(),
        [vec![1, 0, 0, 3, 3, 0, 4, 0, 20, 0, 0, 11, 7, 12, 3, 2, 3, 2], put(2, 3, 22, 0, 8)].concat(),
        [put(0, 0, 4, 250, 3), vec![0, 7, 0, 0, 1, 0, 0], intent].concat(),
    ]
}
