//! Plain names of the indicators, and which way each gets worse.

use crate::measure::{INDICATORS, Indicator, indicator};
use crate::scenario::LeverKind;

use super::calendar::words;

/// Which way an indicator gets worse for the people it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worse {
    /// More is worse.
    Up,
    /// Less is worse.
    Down,
    /// Neither is worse by itself.
    Neither,
}

const WORDS: &[(&str, &str, Worse)] = &[
    ("population", "People present", Worse::Neither),
    ("arrivals", "Arrivals", Worse::Neither),
    ("exits", "People leaving the country", Worse::Neither),
    ("returns", "People going back", Worse::Neither),
    ("asking_rent", "Asking rent", Worse::Neither),
    ("sitting_rent", "Rent paid by sitting tenants", Worse::Neither),
    ("rent_burden", "Rent as a share of tenants' income", Worse::Up),
    ("evictions", "Tenants given notice", Worse::Up),
    ("hosted", "People staying with others", Worse::Up),
    ("homeless", "People without a home or host", Worse::Up),
    ("vacancy", "Flats to let, share of rental stock", Worse::Neither),
    ("unemployment", "Unemployment", Worse::Up),
    ("informal", "Informal work, share of employed", Worse::Up),
    ("inactive", "Adults neither working nor seeking", Worse::Up),
    ("wage", "Mean wage", Worse::Down),
    ("displaced", "Workers displaced by a newcomer (real)", Worse::Up),
    ("displaced_believed", "Workers displaced (believed)", Worse::Up),
    ("queue_border", "Wait at the border", Worse::Neither),
    ("queue_services", "Wait at service centres", Worse::Neither),
    ("price_index", "Consumer prices", Worse::Neither),
    ("life_satisfaction", "Life satisfaction", Worse::Down),
    ("fear", "Fear", Worse::Up),
    ("hostility", "Hostility", Worse::Up),
    ("hostile_share", "Hostile households", Worse::Up),
    ("favourable_share", "Favourable households", Worse::Down),
    ("hostile_share_perceived", "Others believed to be hostile", Worse::Up),
    ("trust_courts", "Trust in courts", Worse::Down),
    ("trust_police", "Trust in police", Worse::Down),
    ("trust_authorities", "Trust in the authorities", Worse::Down),
    ("incidents", "Incidents", Worse::Neither),
    ("incidents.speech", "Incidents: hostile speech", Worse::Neither),
    ("incidents.discrimination", "Incidents: discrimination", Worse::Neither),
    ("incidents.protest", "Incidents: protest", Worse::Neither),
    ("incidents.clash", "Incidents: clash", Worse::Neither),
    ("incidents.violence", "Incidents: violent attack", Worse::Neither),
    ("incidents_reported", "Incidents reported to police", Worse::Neither),
    ("monitor_estimate", "Incidents as the authorities see them", Worse::Neither),
    ("act_willingness", "Households ready to act against others", Worse::Up),
    ("help", "Households helping newcomers", Worse::Neither),
    ("exits_skilled", "Skilled people leaving the country", Worse::Neither),
    ("removals", "People removed after reports", Worse::Neither),
    ("wrongful_removals", "People removed wrongly", Worse::Up),
    ("kin_attachment", "Attachment to a kin state", Worse::Neither),
    ("home_attachment", "Attachment to home", Worse::Down),
    ("signs", "Households showing signs of a kin state", Worse::Neither),
    ("self_censorship", "Households hiding such a sign", Worse::Up),
    ("segregation", "Segregation of neighbourhoods", Worse::Up),
    ("blame_outgroups", "Blame laid on groups", Worse::Up),
    ("treatment_gap", "Discrimination beyond that of the least affected group", Worse::Up),
    ("treatment_gap.courts", "Gap in how fairly courts deal with a group", Worse::Up),
    ("treatment_gap.jobs", "Gap in being hired, to the group hired most readily", Worse::Up),
    ("treatment_gap.rents", "Gap in rent for the same worth", Worse::Up),
    ("tension.hostility", "Tension from hostility", Worse::Up),
    ("tension.fear", "Tension from fear", Worse::Up),
    ("tension.willingness", "Tension from readiness to act", Worse::Up),
    ("tension.incidents", "Tension from incidents", Worse::Up),
    ("tension.distrust", "Tension from distrust", Worse::Up),
    ("tension.hardship", "Tension from hardship", Worse::Up),
    ("tax_gain", "Taxes from newcomers", Worse::Neither),
    ("owner_gain", "Extra rents to owners", Worse::Neither),
    ("lever_cost", "Cost of policies", Worse::Neither),
    ("land_access", "Access to land and water", Worse::Down),
    ("project_awareness", "People who know what projects give", Worse::Neither),
    ("project_expectation_gap", "Expected of projects and not credited", Worse::Up),
    ("project_voice", "Say in decisions about projects", Worse::Down),
    ("project_grievance", "Unsolved complaints about projects", Worse::Up),
    ("tension", "Tension", Worse::Up),
    ("tension_cohort", "Tension, everyone present at week 0", Worse::Up),
];

/// The indicator with this id.
pub fn find(id: &str) -> Option<&'static Indicator> {
    indicator(id).map(|i| &INDICATORS[i])
}

/// Plain name of an indicator; its id in words if it has none here.
pub fn name(id: &str) -> String {
    WORDS.iter().find(|w| w.0 == id).map_or_else(|| words(id), |w| w.1.to_owned())
}

/// Plain name of an indicator beside its fellows under one heading: what stands after `Tension from` or
/// `Incidents:`.
pub fn part(id: &str) -> String {
    let name = name(id);
    let rest = name.strip_prefix("Tension from ").or_else(|| name.strip_prefix("Incidents: "));
    rest.map_or_else(|| name.clone(), str::to_owned)
}

/// Which way an indicator gets worse.
pub fn worse(id: &str) -> Worse {
    WORDS.iter().find(|w| w.0 == id).map_or(Worse::Neither, |w| w.2)
}

/// What a kind of policy does, in a few words.
pub fn policy(kind: LeverKind) -> &'static str {
    match kind {
        LeverKind::ServiceCapacity => "more desks in service centres",
        LeverKind::BorderCapacity => "more capacity at border posts",
        LeverKind::BorderScreening => "checks at the border that slow entry and refuse some",
        LeverKind::TenantProtection => "bars breaking leases before their end",
        LeverKind::RentAid => "pays part of high rents",
        LeverKind::Dispersal => "draws newcomers to chosen regions",
        LeverKind::Enforcement => "enforces the law against hostile acts",
        LeverKind::OfficialInformation => "official information that reaches people",
        LeverKind::Acknowledgement => "acknowledges incidents instead of denying them",
        LeverKind::LandAllocation => "gives out land and water by rules",
        LeverKind::Disclosure => "publishes what foreign projects do",
        LeverKind::BenefitSharing => "covers local needs with foreign projects",
        LeverKind::Hearings => "announces hearings in time and makes them easy to attend",
        LeverKind::PressureOnSigns => "sanctions signs of attachment to a kin state",
        LeverKind::Inclusion => "treats groups with a kin state as equals",
        LeverKind::KinMediaDiet => "lowers the dose of media of kin states",
        LeverKind::NativeFirst => "makes employers take residents first",
        LeverKind::Aid => "supports newcomers without a home of their own",
        LeverKind::ReportsScreening => "removes newcomers whom residents report",
        LeverKind::Education => "teaches about other groups",
        LeverKind::NarrativeDialogue => "brings people into conversations without judgement",
        LeverKind::AssemblyResources => "gives official assemblies money and staff",
        LeverKind::EldersCouncils => "strengthens councils of elders",
        LeverKind::NgoFunding => "funds and trains organisations that mediate",
        LeverKind::CourtFairness => "makes courts fairer",
        LeverKind::PoliceEffectiveness => "makes police more effective",
        LeverKind::MutualHelp => "supports networks of mutual help",
        LeverKind::ReactiveReform => "reforms official bodies after a grave incident",
        LeverKind::FactCorrection => "checks facts in public",
        LeverKind::PlatformAction => "removes coordinated accounts from platforms",
        LeverKind::OpenRiskMap => "opens the authorities' map of risks",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_indicator_has_a_plain_name_and_every_name_an_indicator() {
        for i in INDICATORS {
            assert!(WORDS.iter().any(|w| w.0 == i.id), "{} has no plain name", i.id);
        }
        for w in WORDS {
            assert!(find(w.0).is_some(), "{} is not an indicator", w.0);
        }
    }
}
