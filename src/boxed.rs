//! One type for every view.

/// Leptos's `view!`, boxed: whatever it draws has one type, so that what shows and changes views is compiled once and not once
/// for every shape of markup. It is what keeps the interface's module small (docs/performance.md).
macro_rules! view {
    ($($markup:tt)*) => {
        ::leptos::prelude::IntoAny::into_any(::leptos::view! { $($markup)* })
    };
}

pub(crate) use view;
