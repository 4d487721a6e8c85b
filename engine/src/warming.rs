//! Opening a workspace once, on a workspace of nobody, before anybody asks: browsers compile a function when it is first called,
//! and half of what an opening calls is then compiled already. Memory is asked for in one piece instead of sixty.

use std::hint::black_box;

use plumbline_core::document::Document;
use plumbline_core::id::WorkspaceId;
use plumbline_core::time::Timestamp;
use plumbline_core::view::{self, Context, Figures, ViewKey};

/// As much as a workspace of a year takes.
const MEMORY: usize = 8 << 20;

/// Ask for memory in one piece.
pub fn reserve() {
    drop(black_box(Vec::<u8>::with_capacity(MEMORY)));
}

/// Warm up.
pub fn up() {
    reserve();
    let written = Document::create(WorkspaceId::from_bytes([0; 16]), "", false, Timestamp(0), [1; 16]).save();
    let Ok(document) = Document::load_own(&[written], [2; 16]) else { return };
    let context = Context { document: &document, now: Timestamp(0), undo: None, redo: None };
    let mut figures = Figures::default();
    for key in [ViewKey::Shell, ViewKey::Today, ViewKey::Rounds, ViewKey::Team] {
        // As good as any other use of the bytes: they must only not be left out.
        black_box(postcard::to_allocvec(&view::build(key, &context, &mut figures)).ok());
    }
}
