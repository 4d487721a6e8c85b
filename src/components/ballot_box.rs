//! An empty ballot to fill in: the ranking on one side, the candidates on the other.

mod candidate;

use leptos::prelude::*;
use plumbline_core::id::PriorityId;
use plumbline_core::rearrange::Rules;
use plumbline_core::view::BallotView;

use self::candidate::Candidate;
use crate::boxed::view;
use crate::components::icon::{Icon, IconName};
use crate::components::sortable::{Sortable, Sorter};
use crate::i18n::*;

/// The ballot of one leader. The ranking lives with the caller, in memory only.
#[component]
pub fn BallotBox(
    /// Whose, and what can be ranked.
    ballot: Signal<BallotView>,
    /// Ranked so far, best first.
    ranking: RwSignal<Vec<PriorityId>>,
    /// Whether the ballot is on its way.
    #[prop(into)]
    casting: Signal<bool>,
    /// Cast it.
    on_cast: Callback<()>,
    /// Cover the screen.
    on_hide: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let top = usize::from(ballot.with_untracked(|ballot| ballot.top));
    let title = move |key: PriorityId| {
        ballot.with(|ballot| {
            ballot
                .candidates
                .iter()
                .find(|candidate| candidate.id == key)
                .map(|found| found.title.clone())
                .unwrap_or_default()
        })
    };
    let sorter = Sorter::new(
        Rules { capacity: Some(top), open: true },
        ranking.into(),
        Signal::derive(|| None),
        title,
        move |change| ranking.set(change.order),
    );
    let ranked = move || ranking.with(Vec::len);
    let complete = move || ranked() == top;
    let candidates = move || ballot.with(|ballot| ballot.candidates.clone());
    let cast = move |_| {
        if complete() && !casting.get_untracked() {
            on_cast.run(());
        } else if !complete() {
            sorter.announcer.say(t_string!(i18n, round.ballot_missing, count = top - ranked()));
        }
    };
    view! {
        <div class="ballot">
            <section class="ballot-ranking" aria-labelledby="ballot-ranking-title">
                <h2 id="ballot-ranking-title">{tu_string!(i18n, round.ballot_ranking)}</h2>
                <p class="muted small">{tu_string!(i18n, round.ballot_ranking_hint)}</p>
                <Sortable sorter label=Signal::stored(tu_string!(i18n, round.ballot_ranking).to_string())
                    free=Callback::new(move |place: usize| t_string!(i18n, round.ballot_free, place = place))
                    render=move |key| view! { <span class="sortable-title">{move || title(key)}</span> }/>
            </section>
            <section class="ballot-candidates" aria-labelledby="ballot-candidates-title">
                <h2 id="ballot-candidates-title">{tu_string!(i18n, round.ballot_candidates)}</h2>
                <p class="muted small" id="ballot-candidates-help">
                    {tu_string!(i18n, round.ballot_candidates_hint)} " "
                    <span class="with-keys">{tu_string!(i18n, round.ballot_candidates_keys)}</span>
                </p>
                <ul class="candidates" role="list">
                    <For each=candidates key=|candidate| candidate.id let:priority>
                        <Candidate sorter priority/>
                    </For>
                </ul>
            </section>
            <div class="ballot-foot">
                <div class="ballot-count">
                    <strong class="num">{move || t_string!(i18n, round.ballot_count, ranked = ranked(), top = top)}</strong>
                    <span class="muted small" id="ballot-missing">
                        {move || if complete() {
                            t_string!(i18n, round.ballot_ready).to_string()
                        } else {
                            t_string!(i18n, round.ballot_missing, count = top - ranked())
                        }}
                    </span>
                </div>
                <button type="button" class="btn" on:click=move |_| on_hide.run(())>
                    <Icon name=IconName::EyeOff/>
                    {tu_string!(i18n, round.ballot_hide)}
                </button>
                <button type="button" class="btn btn-primary" aria-describedby="ballot-missing"
                    aria-disabled=move || (!complete() || casting.get()).then_some("true") on:click=cast>
                    <Icon name=IconName::Lock/>
                    {tu_string!(i18n, round.ballot_cast)}
                </button>
            </div>
        </div>
    }
}
