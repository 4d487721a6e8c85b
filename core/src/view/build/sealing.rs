use super::{Context, person, sort_people};
use crate::document::SealingRecord;
use crate::seal::{Custodian, Half};
use crate::view::{Closing, CustodianView, Person, SealingView};

pub fn sealing(context: &Context<'_>, record: &SealingRecord) -> SealingView {
    let custodian = |custodian: &Custodian| {
        let leaders = custodian.leaders.iter();
        let mut people: Vec<Person> = leaders.filter_map(|leader| person(context.snapshot(), *leader)).collect();
        sort_people(&mut people);
        CustodianView { people, own: context.custody.is_some_and(|custody| custody.device == custodian.device) }
    };
    SealingView {
        strong: record.sealing.strong,
        custodians: record.sealing.custodians.iter().map(custodian).collect(),
        awaits_key: !record.is_complete(),
        closing: closing(context, record),
    }
}

fn closing(context: &Context<'_>, record: &SealingRecord) -> Closing {
    let own = context.custody.and_then(|custody| record.half_of(&custody.device));
    match own {
        None if record.closing.is_some() => Closing::Begun,
        None => Closing::Elsewhere,
        Some(Half::Second) if !record.sealing.strong && record.escrow.is_none() => Closing::Elsewhere,
        Some(_) if !record.sealing.strong => Closing::Here,
        Some(half) => {
            let other = if half == Half::First { Half::Second } else { Half::First };
            match (record.secret_of(half).is_some(), record.secret_of(other).is_some()) {
                (_, true) => Closing::Here,
                (true, false) => Closing::Other,
                (false, false) => Closing::Both,
            }
        }
    }
}
