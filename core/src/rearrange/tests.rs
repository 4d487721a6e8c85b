use proptest::prelude::*;

use super::*;

const STACK: Rules = Rules { capacity: None, open: false };
const BALLOT: Rules = Rules { capacity: Some(3), open: true };

/// A list of letters and a machine, driven by events.
struct Bench {
    machine: Rearrange<char>,
    order: Vec<char>,
}

impl Bench {
    fn new(rules: Rules, order: &str) -> Self {
        Self { machine: Rearrange::new(rules), order: order.chars().collect() }
    }

    fn send(&mut self, event: Event<char>) -> Outcome<char> {
        let outcome = self.machine.handle(event, &self.order);
        if let Some(change) = &outcome.change {
            self.order.clone_from(&change.order);
        }
        outcome
    }

    fn said(&mut self, event: Event<char>) -> Option<Said<char>> {
        self.send(event).said
    }

    fn list(&self) -> String {
        self.order.iter().collect()
    }

    fn preview(&self) -> String {
        self.machine.preview(&self.order).into_iter().collect()
    }
}

fn at(y: f64) -> Point {
    Point { x: 0.0, y }
}

fn press(item: char) -> Event<char> {
    Event::Press { item, at: at(0.0), slop: 4.0 }
}

fn drag(y: f64, over: Option<usize>) -> Event<char> {
    Event::Drag { at: at(y), over }
}

#[test]
fn by_keyboard_everything_is_said_and_nothing_changes_before_the_drop() {
    let mut bench = Bench::new(STACK, "abcd");
    assert_eq!(bench.said(Event::Toggle('c')), Some(Said::Grabbed('c', Some(3), 4)));
    assert_eq!(bench.said(Event::Step(Step::Up)), Some(Said::Over('c', 2, 4)));
    assert_eq!((bench.list().as_str(), bench.preview().as_str()), ("abcd", "acbd"));
    assert_eq!(bench.said(Event::Step(Step::First)), Some(Said::Over('c', 1, 4)));
    assert_eq!(
        bench.said(Event::Step(Step::Up)),
        Some(Said::Over('c', 1, 4)),
        "the first place is the end of the way up"
    );
    assert_eq!(bench.said(Event::Step(Step::Last)), Some(Said::Over('c', 4, 4)));
    assert_eq!(bench.said(Event::Step(Step::Down)), Some(Said::Over('c', 4, 4)));
    let outcome = bench.send(Event::Toggle('c'));
    assert_eq!(outcome.said, Some(Said::Dropped('c', 4, 4)));
    assert_eq!(outcome.change.and_then(|change| change.below), Some('d'));
    assert_eq!(bench.list(), "abdc");
    assert!(bench.machine.is_idle());
}

#[test]
fn escape_puts_it_back() {
    let mut bench = Bench::new(STACK, "abcd");
    bench.send(Event::Toggle('a'));
    bench.send(Event::Step(Step::Last));
    assert_eq!(bench.send(Event::Cancel), Said::Cancelled('a', Some(1), 4).into());
    assert_eq!((bench.list().as_str(), bench.preview().as_str()), ("abcd", "abcd"));
}

#[test]
fn dropped_where_it_was_changes_nothing() {
    let mut bench = Bench::new(STACK, "abc");
    bench.send(Event::Toggle('b'));
    let outcome = bench.send(Event::Toggle('b'));
    assert_eq!((outcome.change, outcome.said), (None, Some(Said::Dropped('b', 2, 3))));
}

#[test]
fn a_press_becomes_a_drag_only_past_the_threshold() {
    let mut bench = Bench::new(STACK, "abc");
    bench.send(press('a'));
    assert_eq!(bench.send(drag(3.0, Some(2))), Outcome::default());
    assert!(bench.machine.held().is_none());
    assert_eq!(bench.machine.pressed(), Some(('a', at(0.0))));
    assert_eq!(bench.send(Event::Release), Outcome::default());
    assert!(bench.machine.is_idle(), "a click leaves nothing behind");

    bench.send(press('a'));
    assert_eq!(bench.said(drag(40.0, Some(1))), Some(Said::Over('a', 2, 3)));
    assert_eq!(bench.preview(), "bac");
    assert_eq!(bench.said(drag(41.0, Some(1))), None, "said once a place");
    assert_eq!(bench.said(drag(900.0, None)), None, "a closed list has no outside");
    assert_eq!(bench.said(Event::Release), Some(Said::Dropped('a', 2, 3)));
    assert_eq!(bench.list(), "bac");
}

#[test]
fn a_second_finger_and_a_stray_release_do_not_disturb_what_is_held() {
    let mut bench = Bench::new(STACK, "abc");
    bench.send(press('a'));
    bench.send(drag(40.0, Some(1)));
    bench.send(press('c'));
    assert_eq!(bench.machine.held().map(|held| held.item), Some('a'));
    bench.send(Event::Cancel);
    bench.send(Event::Toggle('b'));
    bench.send(Event::Release);
    bench.send(drag(500.0, Some(0)));
    assert_eq!(bench.machine.held().map(|held| held.to), Some(Some(1)), "the keyboard holds it");
}

#[test]
fn edits_arriving_meanwhile_wait_for_the_drop() {
    let mut bench = Bench::new(STACK, "abcd");
    bench.send(Event::Toggle('d'));
    bench.order = "dcba".chars().collect();
    bench.send(Event::Step(Step::Up));
    assert_eq!(bench.preview(), "abdc");
    let change = bench.send(Event::Toggle('d')).change.expect("moved");
    assert_eq!(change.below, Some('b'), "in terms of what the person saw");
}

#[test]
fn things_come_in_move_and_leave_an_open_list() {
    let mut bench = Bench::new(BALLOT, "");
    assert_eq!(bench.said(Event::Place('x', Some(9))), Some(Said::Dropped('x', 1, 3)));
    bench.send(press('y'));
    assert_eq!(bench.said(drag(20.0, Some(0))), Some(Said::Over('y', 1, 3)));
    assert_eq!(bench.said(drag(30.0, None)), Some(Said::Outside('y')));
    assert_eq!(bench.send(Event::Release), Outcome::default(), "never came in");
    assert_eq!(bench.list(), "x");
    bench.send(Event::Place('y', Some(0)));
    bench.send(press('x'));
    bench.send(drag(50.0, None));
    assert_eq!(bench.preview(), "y");
    assert_eq!(bench.said(Event::Release), Some(Said::Removed('x')));
    assert_eq!(bench.said(Event::Place('y', None)), Some(Said::Removed('y')));
    assert_eq!(bench.list(), "");
}

#[test]
fn a_full_list_pushes_the_last_out() {
    let mut bench = Bench::new(BALLOT, "abc");
    let change = bench.send(Event::Place('x', Some(1))).change.expect("came in");
    assert_eq!((change.displaced, change.below), (Some('c'), Some('a')));
    assert_eq!(bench.list(), "axb");
    bench.send(press('y'));
    assert_eq!(bench.said(drag(50.0, Some(7))), Some(Said::Over('y', 3, 3)));
    bench.send(Event::Release);
    assert_eq!(bench.list(), "axy");
}

#[test]
fn strangers_cannot_be_grabbed_in_a_closed_list() {
    let mut bench = Bench::new(STACK, "ab");
    assert_eq!(bench.send(Event::Toggle('x')), Outcome::default());
    assert_eq!(bench.send(Event::Place('x', Some(0))), Outcome::default());
    assert_eq!(bench.send(Event::Place('a', None)), Outcome::default());
    assert!(bench.machine.is_idle());
}

#[test]
fn moves_under_way_are_shown_on_top_of_what_arrives() {
    let check = |moves: &[(char, Option<char>)], expected: &str| {
        let order: Vec<char> = "abcd".chars().collect();
        assert_eq!(rebase(&order, moves).into_iter().collect::<String>(), expected, "{moves:?}");
    };
    check(&[], "abcd");
    check(&[('d', None)], "dabc");
    check(&[('a', Some('c'))], "bcad");
    check(&[('a', Some('c')), ('c', None)], "cbad");
    check(&[('a', Some('a'))], "abcd");
    check(&[('x', None), ('a', Some('x'))], "abcd");
}

fn rows(heights: &[f64]) -> Vec<Stretch> {
    let mut top = 10.0;
    heights
        .iter()
        .map(|height| {
            let row = Stretch { top, height: *height };
            top += height + 4.0;
            row
        })
        .collect()
}

#[test]
fn a_row_takes_the_place_whose_middle_it_passes() {
    let boxes = Boxes { rows: rows(&[40.0, 40.0, 80.0, 40.0]), line: None, held: 40.0, gap: 4.0 };
    // The rows' middles: 30, 74, 138, 202.
    let check = |from, top, expected| assert_eq!(boxes.place(from, top), expected, "{from:?} at {top}");
    check(Some(0), 10.0, 0);
    check(Some(0), 33.0, 0);
    check(Some(0), 35.0, 1);
    check(Some(0), 99.0, 2);
    check(Some(0), 999.0, 3);
    check(Some(3), 139.0, 3);
    check(Some(3), 137.0, 2);
    check(Some(3), -50.0, 0);
    check(None, 0.0, 0);
    check(None, 29.0, 0);
    check(None, 60.0, 1);
    check(None, 80.0, 2);
    check(None, 500.0, 4);
}

#[test]
fn rows_close_up_behind_and_make_room_ahead() {
    let boxes = Boxes { rows: rows(&[40.0, 40.0, 80.0]), line: None, held: 40.0, gap: 4.0 };
    let shifts = boxes.shifts(Some(0), Some(2), None);
    assert_eq!(shifts.rows[1..], [Some(-44.0), Some(-44.0)]);
    assert_eq!(shifts.slot, Some(Stretch { top: 138.0, height: 40.0 }));
    let incoming = boxes.shifts(None, Some(1), Some(3));
    assert_eq!(incoming.rows, [Some(0.0), Some(44.0), None], "the last of a full list is pushed out");
    let leaving = boxes.shifts(Some(1), None, Some(3));
    assert_eq!((leaving.rows[2], leaving.slot), (Some(-44.0), None));
}

#[test]
fn the_line_stays_after_as_many_rows() {
    let mut all = rows(&[40.0, 40.0, 2.0, 80.0]);
    let line = all.remove(2);
    let boxes = Boxes { rows: all, line: Some((2, line)), held: 80.0, gap: 4.0 };
    let shifts = boxes.shifts(Some(2), Some(0), None);
    assert_eq!(shifts.rows[..2], [Some(84.0), Some(90.0)], "the second row went below the line");
    assert_eq!(shifts.line, 40.0);
    assert_eq!(shifts.slot, Some(Stretch { top: 10.0, height: 80.0 }));
}

#[test]
fn scrolling_starts_near_the_edges_and_grows() {
    assert_eq!(scroll_step(400.0, 0.0, 800.0), 0.0);
    assert!(scroll_step(20.0, 0.0, 800.0) < scroll_step(50.0, 0.0, 800.0));
    assert_eq!(scroll_step(-100.0, 0.0, 800.0), -14.0);
    assert_eq!(scroll_step(2000.0, 0.0, 800.0), 14.0);
    assert_eq!(scroll_step(5.0, 0.0, 0.0), 0.0);
}

fn event() -> impl Strategy<Value = Event<char>> {
    let item = prop::sample::select(vec!['a', 'b', 'c', 'd', 'x', 'y', 'z']);
    let place = prop::option::of(0_usize..9);
    prop_oneof![
        item.clone().prop_map(press),
        (0.0..60.0, place.clone()).prop_map(|(y, over)| drag(y, over)),
        Just(Event::Release),
        item.clone().prop_map(Event::Toggle),
        prop::sample::select(vec![Step::Up, Step::Down, Step::First, Step::Last]).prop_map(Event::Step),
        Just(Event::Cancel),
        (item, place).prop_map(|(item, to)| Event::Place(item, to)),
    ]
}

proptest! {
    #[test]
    fn a_closed_list_keeps_its_things(events in prop::collection::vec(event(), 0..60)) {
        let mut bench = Bench::new(STACK, "abcd");
        for event in events {
            bench.send(event);
            let mut sorted = bench.order.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, vec!['a', 'b', 'c', 'd']);
        }
    }

    #[test]
    fn an_open_list_never_repeats_nor_overflows(events in prop::collection::vec(event(), 0..60)) {
        let mut bench = Bench::new(BALLOT, "a");
        for event in events {
            let before = bench.order.clone();
            let preview = bench.machine.preview(&before);
            prop_assert!(preview.len() <= 3);
            let outcome = bench.send(event);
            prop_assert!(bench.order.len() <= 3);
            let mut unique = bench.order.clone();
            unique.sort_unstable();
            unique.dedup();
            prop_assert_eq!(unique.len(), bench.order.len());
            if let Some(change) = outcome.change {
                prop_assert_eq!(change.to.map(|to| change.order[to]), change.to.map(|_| change.item));
                prop_assert_eq!(change.to.is_none(), !change.order.contains(&change.item));
            }
        }
    }
}
