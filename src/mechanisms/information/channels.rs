//! Channels: who sees how much of whom.
//!
//! Without channels every group of a region sees the same. With them, coverage of target *t* reaches group
//! *g* in region *r* times
//!
//! ```text
//! A_gt = sum over channels of share_gc (1 + slant_ct),   share_gc = reach_gc credibility_c / sum over c
//! ```
//!
//! so that equal channels without slant leave it as it is, and only differences between groups in what they
//! follow matter. What a group cannot see, nobody shows it: with no channel at all `A = 0`. Events nearby are
//! seen by all. The region's own salience is the mean over its groups.
//!
//! The **private share** of a region is the part of attention that goes to private messages: there rumours
//! pass on faster, and neither corrections nor monitoring see them. The **kin reach** of a group is the share
//! reached and convinced by channels made in the state it is akin to; it scales what their media do.
//!
//! Reads: the scenario only. Writes nothing. Off: no `[[channels]]`. Cards: S0-H01, S2-H30.
//! Source: ours; selective exposure as a form.

use crate::scenario::{Channel, ChannelKind, ChannelOrigin};
use crate::world::Setting;

/// Channels that reach a region, with the attention a group gives each.
fn attention(setting: &Setting, r: usize, group: usize) -> impl Iterator<Item = (&Channel, f64)> {
    let here = move |c: &&Channel| c.regions.is_empty() || c.regions.contains(&r);
    let channels = setting.scenario.channels.iter().filter(here);
    channels.map(move |c| (c, c.reach[group] * c.credibility))
}

/// Coverage of target `t` (position among the targets) that reaches a group in a region, over what is
/// shown; 1 without channels.
pub fn seen(setting: &Setting, r: usize, group: usize, t: usize) -> f64 {
    if setting.scenario.channels.is_empty() {
        return 1.0;
    }
    let target = setting.targets[t];
    let (mut shown, mut whole) = (0.0, 0.0);
    for (channel, weight) in attention(setting, r, group) {
        shown += weight * (1.0 + channel.slant[target]);
        whole += weight;
    }
    if whole > 0.0 { shown / whole } else { 0.0 }
}

/// Share of the attention of a region's residents that goes to private messages, `[0, 1]`.
pub fn private_share(setting: &Setting, r: usize) -> f64 {
    if setting.scenario.channels.is_empty() {
        return 0.0;
    }
    let shares = &setting.scenario.regions[r].group_shares;
    let (mut private, mut all) = (0.0, 0.0);
    for &group in &setting.group_order {
        let (mut own, mut whole) = (0.0, 0.0);
        for (channel, weight) in attention(setting, r, group) {
            whole += weight;
            own += if channel.kind == ChannelKind::Messaging { weight } else { 0.0 };
        }
        private += if whole > 0.0 { shares[group] * own / whole } else { 0.0 };
        all += shares[group];
    }
    if all > 0.0 { private / all } else { 0.0 }
}

/// Share of a group in a region that is reached and convinced by channels made in the state it is akin to,
/// `[0, 1]`; 1 where the scenario names no such channel.
pub fn kin_reach(setting: &Setting, r: usize, group: usize) -> f64 {
    let named = |c: &Channel| c.origin == ChannelOrigin::KinState;
    if !setting.scenario.channels.iter().any(named) {
        return 1.0;
    }
    let missed: f64 = attention(setting, r, group)
        .filter(|(channel, _)| named(channel))
        .map(|(_, weight)| 1.0 - weight)
        .product();
    1.0 - missed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::World;
    use crate::world::populate::populate;

    fn channel(kind: ChannelKind, reach: [f64; 3], slant: [f64; 3]) -> Channel {
        Channel {
            id: "c".into(),
            kind,
            origin: ChannelOrigin::KinState,
            regions: Vec::new(),
            reach: reach.to_vec(),
            credibility: 0.5,
            slant: slant.to_vec(),
        }
    }

    fn with(channels: Vec<Channel>) -> (Setting, World) {
        let mut scenario = testing::two_towns();
        scenario.scale = 0.05;
        scenario.channels = channels;
        populate(scenario)
    }

    #[test]
    fn plain_channels_show_what_is_shown_and_a_slanted_one_more_to_those_who_follow_it() {
        let plain = channel(ChannelKind::Press, [0.8, 0.3, 0.3], [0.0; 3]);
        let (setting, _) = with(vec![plain.clone()]);
        assert_eq!(seen(&setting, 0, 0, 2), 1.0);
        let slanted = channel(ChannelKind::Television, [0.0, 0.6, 0.0], [0.0, 0.0, 0.9]);
        let (setting, _) = with(vec![plain, slanted]);
        assert_eq!(seen(&setting, 0, 0, 2), 1.0);
        assert!((seen(&setting, 0, 1, 2) - 1.6).abs() < 1e-12);
        assert_eq!(seen(&setting, 0, 1, 0), 1.0);
    }

    #[test]
    fn the_private_share_is_that_of_messages_in_attention() {
        let (setting, _) = with(vec![
            channel(ChannelKind::Messaging, [0.2; 3], [0.0; 3]),
            channel(ChannelKind::Online, [0.6; 3], [0.0; 3]),
        ]);
        assert!((private_share(&setting, 0) - 0.25).abs() < 1e-12);
        assert_eq!(private_share(&with(Vec::new()).0, 0), 0.0);
    }

    #[test]
    fn two_kin_state_channels_add_like_chances() {
        let kin = channel(ChannelKind::Television, [0.0, 0.8, 0.0], [0.0; 3]);
        let (setting, _) = with(vec![kin.clone(), kin]);
        assert!((kin_reach(&setting, 0, 1) - (1.0 - 0.6 * 0.6)).abs() < 1e-12);
        assert_eq!(kin_reach(&setting, 0, 0), 0.0);
        assert_eq!(kin_reach(&with(Vec::new()).0, 0, 1), 1.0);
    }
}
