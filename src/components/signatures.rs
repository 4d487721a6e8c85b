//! Who stands behind the agreed stack.

use leptos::prelude::*;
use plumbline_core::id::{LeaderId, PriorityId};
use plumbline_core::view::{Person, SignatureRow, SignatureState};

use crate::boxed::view;
use crate::components::dialog::Dialog;
use crate::components::icon::{Icon, IconName};
use crate::components::person::PersonLine;
use crate::i18n::*;
use crate::platform::clock;

/// One row per leader, and the way to sign.
#[component]
pub fn Signatures(
    /// Who has signed what.
    #[prop(into)]
    rows: Signal<Vec<SignatureRow>>,
    /// What is signed, best first, with titles.
    #[prop(into)]
    stack: Signal<Vec<(PriorityId, String)>>,
    /// Whether everyone has signed it as it stands.
    #[prop(into)]
    settled: Signal<bool>,
    /// Whether a change is still on its way to storage.
    #[prop(into)]
    busy: Signal<bool>,
    /// Whose laptop this is; `None` when it is shared.
    me: Option<LeaderId>,
    /// Sign for this leader what they were shown.
    on_sign: Callback<(LeaderId, Vec<PriorityId>)>,
    /// Take this leader's signature back.
    on_withdraw: Callback<LeaderId>,
) -> impl IntoView {
    let i18n = use_i18n();
    // What the dialog shows stays as it is while somebody reads it: nobody signs what they have not seen.
    let seen = RwSignal::new(Vec::<(PriorityId, String)>::new());
    let signing = RwSignal::new(false);
    let signer = RwSignal::new(None::<Person>);
    let me = me.filter(|me| rows.with_untracked(|rows| rows.iter().any(|row| row.person.id == *me)));
    let signed = move || {
        rows.with(|rows| {
            let signed = rows.iter().filter(|row| matches!(row.state, SignatureState::Signed(_))).count();
            (signed, rows.len())
        })
    };
    // A click while a move is still on its way to storage counts as soon as the move is there: no click is lost, and what is
    // shown to be signed is what is stored.
    let wanted = RwSignal::new(None::<Person>);
    Effect::new(move |_| {
        if busy.get() {
            return;
        }
        if let Some(person) = wanted.get() {
            wanted.set(None);
            seen.set(stack.get_untracked());
            signer.set(Some(person));
            signing.set(true);
        }
    });
    let begin = move |person: Person| wanted.set(Some(person));
    let name = move || signer.with(|signer| signer.as_ref().map(|person| person.name.clone()).unwrap_or_default());
    let sign = move |_| {
        if let Some(person) = signer.get_untracked() {
            on_sign.run((person.id, seen.with_untracked(|seen| seen.iter().map(|(id, _)| *id).collect())));
        }
        signing.set(false);
    };
    view! {
        <section class="card signatures" aria-labelledby="signatures-title">
            <div class="card-head">
                <h2 id="signatures-title">{tu_string!(i18n, round.signatures)}</h2>
                <span class="muted num">{move || t_string!(i18n, round.signed_of, signed = signed().0, of = signed().1)}</span>
            </div>
            <p class="signatures-state" class:settled=move || settled.get() role="status">
                {move || if settled.get() {
                    view! { <Icon name=IconName::Check/><strong>{tu_string!(i18n, round.everyone_signed)}</strong> }
                } else {
                    view! { <span class="muted">{tu_string!(i18n, round.signatures_hint)}</span> }
                }}
            </p>
            <ul class="signature-list" role="list">
                <For each=move || rows.get() key=|row| (row.person.id, stamp(&row.state)) let:row>
                    <Signature row me on_begin=Callback::new(begin) on_withdraw/>
                </For>
            </ul>
        </section>
        <Dialog open=signing title=Signal::derive(move || t_string!(i18n, round.sign_title, name = name()))>
            <p>{tu_string!(i18n, round.sign_text)}</p>
            <ol class="sign-stack">
                {move || seen.get().into_iter().map(|(_, title)| view! { <li>{title}</li> }).collect_view()}
            </ol>
            <div class="dialog-foot">
                <button type="button" class="btn" on:click=move |_| signing.set(false)>{tu_string!(i18n, common.cancel)}</button>
                <button type="button" class="btn btn-primary" autofocus=true on:click=sign>
                    <Icon name=IconName::Pen/>
                    {move || if me.is_some() {
                        t_string!(i18n, round.sign_mine).to_string()
                    } else {
                        t_string!(i18n, round.sign_yes, name = name())
                    }}
                </button>
            </div>
        </Dialog>
    }
}

/// Tells a drawn state from a newer one.
const fn stamp(state: &SignatureState) -> (u8, i64) {
    match state {
        SignatureState::Unsigned => (0, 0),
        SignatureState::Signed(at) => (1, at.0),
        SignatureState::SignedEarlier(at) => (2, at.0),
    }
}

#[component]
fn Signature(
    row: SignatureRow,
    me: Option<LeaderId>,
    on_begin: Callback<Person>,
    on_withdraw: Callback<LeaderId>,
) -> impl IntoView {
    let i18n = use_i18n();
    let SignatureRow { person, state } = row;
    let id = person.id;
    let name = StoredValue::new(person.name.clone());
    let whose = StoredValue::new(person.clone());
    let may = me.is_none_or(|me| me == id);
    let sign = move || {
        view! {
            <button type="button" class="btn btn-small" class:btn-primary=me.is_some()
                aria-label=move || t_string!(i18n, round.sign_as, name = name.get_value())
                on:click=move |_| on_begin.run(whose.get_value())>
                <Icon name=IconName::Pen/>
                {tu_string!(i18n, round.sign_short)}
            </button>
        }
    };
    view! {
        <li>
            <PersonLine person/>
            <span class="signature-state">
                {match state {
                    SignatureState::Signed(at) => view! {
                        <span class="badge badge-good">{t_string!(i18n, round.signed_on, when = clock::day_text(at))}</span>
                        {may.then(|| view! {
                            <button type="button" class="btn btn-quiet btn-small"
                                aria-label=move || t_string!(i18n, round.withdraw_name, name = name.get_value())
                                on:click=move |_| on_withdraw.run(id)>
                                {tu_string!(i18n, round.withdraw)}
                            </button>
                        })}
                    },
                    SignatureState::SignedEarlier(_) => view! {
                        <span class="badge badge-warn">{tu_string!(i18n, round.signed_earlier)}</span>
                        {may.then(sign)}
                    },
                    SignatureState::Unsigned if may => sign(),
                    SignatureState::Unsigned => view! { <span class="badge badge-quiet">{tu_string!(i18n, round.unsigned)}</span> },
                }}
            </span>
        </li>
    }
}
