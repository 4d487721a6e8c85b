//! A page's view model on its way: a quiet placeholder, "not here", or the page itself.

use leptos::prelude::*;
use plumbline_core::view::Readable;

use crate::boxed::view;
use crate::i18n::*;
use crate::workspace::Loaded;

/// Draw `children` once the view is here and keep it fed; the children are built once, so focus and drafts stay.
#[component]
pub fn WhenLoaded<T, F, V>(
    /// The subscribed view.
    #[prop(into)]
    view: Signal<Loaded<T>>,
    /// The page, given a signal of the view model.
    children: F,
) -> impl IntoView
where
    T: Readable + Clone + PartialEq + Send + Sync + 'static,
    F: Fn(Signal<T>) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let i18n = use_i18n();
    let latest = RwSignal::new(None::<T>);
    Effect::new_isomorphic(move |_| {
        if let Loaded::Ready(value) = view.get()
            && latest.with_untracked(|latest| latest.as_ref() != Some(&value))
        {
            latest.set(Some(value));
        }
    });
    // 0 waiting, 1 missing, 2 here: once here, a page stays until its owner goes.
    let state = Memo::new(move |_| {
        if latest.with(Option::is_some) {
            return 2;
        }
        match view.get() {
            Loaded::Missing => 1,
            Loaded::Waiting | Loaded::Ready(_) => 0,
        }
    });
    move || {
        match state.get() {
            2 => {
                let first = latest.get_untracked();
                // A memo, so that reading one field does not copy the whole view.
                let value = Memo::new(move |_| latest.get().or_else(|| first.clone()).expect("set before drawn"));
                children(value.into()).into_any()
            }
            1 => view! {
                <section class="empty">
                    <h1 tabindex="-1">{tu_string!(i18n, common.missing_title)}</h1>
                    <p>{tu_string!(i18n, common.missing_text)}</p>
                </section>
            },
            _ => {
                view! { <div class="waiting" aria-busy="true"><span class="visually-hidden">{tu_string!(i18n, common.loading)}</span></div> }
            }
        }
    }
}
