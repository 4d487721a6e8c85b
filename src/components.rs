//! Plain values in, callbacks out. Only the frame (`shell`, `workspace_file`) knows the workspace handle.

pub mod announce;
pub mod ballot_box;
pub mod chart;
pub mod definition;
pub mod dialog;
pub mod download;
pub mod empty;
pub mod field;
pub mod file_drop;
pub mod hand_over;
pub mod icon;
pub mod link_shown;
pub mod loaded;
pub mod move_menu;
pub mod person;
pub mod present;
pub mod saving;
pub mod shell;
pub mod signatures;
pub mod sortable;
pub mod theme;
pub mod toasts;
pub mod workspace_file;
