//! Line icons, drawn on a 24-unit square. Always beside words or on a button that has a label of its own.

use leptos::prelude::*;

use crate::boxed::view;

/// The icons there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "named after what they show")]
pub enum IconName {
    Today,
    Stack,
    Team,
    Settings,
    Plus,
    Check,
    X,
    Up,
    Down,
    Grip,
    Eye,
    EyeOff,
    Lock,
    Pen,
    Trash,
    Undo,
    Redo,
    Download,
    Upload,
    Print,
    Info,
    Warning,
    Conflict,
    ArrowRight,
    ArrowLeft,
    More,
    Sun,
    Moon,
    Users,
    Clock,
    Chart,
    List,
    Device,
    Chevron,
    Link,
}

impl IconName {
    /// Dots need more ink than lines.
    const fn stroke(self) -> &'static str {
        match self {
            Self::More | Self::Grip => "3",
            _ => "1.75",
        }
    }

    /// The strokes, as one SVG path.
    const fn path(self) -> &'static str {
        match self {
            Self::Today => "M4 11.5 12 4l8 7.5M6 9.8V20h12V9.8M10 20v-6h4v6",
            Self::Stack => "M4 6h16M4 12h11M4 18h6",
            Self::Team | Self::Users => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18.5 14.2a6.5 6.5 0 0 1 3 5.8"
            }
            Self::Settings => {
                "M4 7h9M17 7h3M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM4 17h3M11 17h9M9 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Check => "m4.5 12.5 5 5 10-11",
            Self::X => "M6 6l12 12M18 6 6 18",
            Self::Up => "M12 19V5M6 11l6-6 6 6",
            Self::Down => "M12 5v14M6 13l6 6 6-6",
            Self::Grip => "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z"
            }
            Self::EyeOff => {
                "M10 5.7a9 9 0 0 1 2-.2c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.8 3.6M6.5 7.2A15.5 15.5 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.7-1.3M9.9 9.9a3 3 0 0 0 4.2 4.2M3 3l18 18"
            }
            Self::Lock => "M6 11h12v9H6ZM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
            Self::Pen => "M4 20l1-4.5L16 4.5l3.5 3.5-11 11ZM13.5 7l3.5 3.5",
            Self::Trash => "M4 6.5h16M9 6.5V4h6v2.5M6 6.5 7 20h10l1-13.5M10 10.5v6M14 10.5v6",
            Self::Undo => "M8.5 4.5 4 9l4.5 4.5M4 9h10a5.5 5.5 0 0 1 0 11h-3",
            Self::Redo => "M15.5 4.5 20 9l-4.5 4.5M20 9H10a5.5 5.5 0 0 0 0 11h3",
            Self::Download => "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
            Self::Upload => "M12 16V5M7 9.5l5-5 5 5M4.5 20h15",
            Self::Print => "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7Z",
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.5h.01",
            Self::Warning => "M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17h.01",
            Self::Conflict => {
                "M4 6h4l8 12h4M4 18h4l2.5-3.7M13.5 9.7 16 6h4M17.5 3.5 20 6l-2.5 2.5M17.5 15.5 20 18l-2.5 2.5"
            }
            Self::ArrowRight => "M5 12h14M13 6l6 6-6 6",
            Self::ArrowLeft => "M19 12H5M11 6l-6 6 6 6",
            Self::More => "M5 12h.01M12 12h.01M19 12h.01",
            Self::Sun => {
                "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"
            }
            Self::Moon => "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
            Self::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5.5l3.5 2",
            Self::Chart => "M4 4v16h16M7.5 15.5l4-5 3 3 5-7",
            Self::List => "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
            Self::Device => "M5 5h14v10H5ZM2.5 19h19",
            Self::Link => {
                "M9.5 14.5a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7l-1.3 1.3M14.5 9.5a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.3-1.3"
            }
            Self::Chevron => "m7 10 5 5 5-5",
        }
    }
}

/// A line icon. Hidden from assistive technology: the words beside it say the same.
#[component]
pub fn Icon(
    /// Which.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width=name.stroke()
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d=name.path()/>
        </svg>
    }
}
