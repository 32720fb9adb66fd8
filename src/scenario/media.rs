//! Media channels and coordinated accounts: what a user writes, and what it means.

#![allow(dead_code, reason = "keys that are read off the tree are named here all the same")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bodies::{groups, regions, whole};
use super::context::Context;
use super::events::day_of;
use super::schema::{ScenarioFile, StatusName};
use super::units::{Day, Share};

/// What sort of channel it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// Television and radio.
    Television,
    /// Public online media.
    Online,
    /// Private messaging: rumours pass faster, corrections and monitoring do not see it.
    Messaging,
    /// Newspapers and news sites.
    Press,
}

/// Where a channel is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelOrigin {
    /// In the country.
    Inside,
    /// In the state its audience is akin to.
    KinState,
    /// Elsewhere abroad.
    Outside,
}

/// A channel and what its audience sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Id used in messages.
    pub id: String,
    /// What sort of channel it is.
    pub kind: ChannelKind,
    /// Where it is made.
    pub origin: ChannelOrigin,
    /// Regions it reaches; empty = all.
    pub regions: Vec<usize>,
    /// Share of each group that follows it, `[0, 1]`, in scenario order.
    pub reach: Vec<f64>,
    /// How far it is believed, `[0, 1]`.
    pub credibility: f64,
    /// How much more (above 0) or less (down to -1) it shows of each group, in scenario order.
    pub slant: Vec<f64>,
}

/// A network of coordinated accounts; it acts at real counts whatever the scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Accounts {
    /// Id used in messages.
    pub id: String,
    /// Number of accounts.
    pub count: f64,
    /// Persons one account reaches in a week.
    pub footprint: f64,
    /// Group they write against.
    pub target: usize,
    /// Groups whose language they write in; empty = all.
    pub groups: Vec<usize>,
    /// First day they write.
    pub start_day: i64,
    /// First day they no longer do.
    pub end_day: i64,
}

/// Share of one group that follows a channel.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReachFile {
    /// Id of the group.
    pub group: String,
    /// Share of it that follows the channel.
    pub share: Share,
}

/// How a channel shows one group.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SlantFile {
    /// Id of the group.
    pub target: String,
    /// Coverage beyond that of a plain channel: 0.5 shows half as much again, -0.5 half as much.
    #[schemars(range(min = -1, max = 10))]
    pub amount: f64,
}

/// A media channel. Without any, every group of a region sees the same.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// What sort of channel it is.
    pub kind: ChannelKind,
    /// Where it is made.
    pub origin: ChannelOrigin,
    /// Codes of the regions it reaches; everywhere if left out.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Who follows it: a share for each group it reaches.
    #[schemars(length(min = 1))]
    pub reach: Vec<ReachFile>,
    /// How far it is believed.
    #[serde(default = "whole")]
    pub credibility: Share,
    /// Which groups it shows more or less of.
    #[serde(default)]
    pub slant: Vec<SlantFile>,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// A network of coordinated accounts.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountsFile {
    /// Id. Letters, digits, `-`, `_`.
    pub id: String,
    /// Number of accounts, never thinned.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub count: f64,
    /// Persons one account reaches in a week.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub footprint: f64,
    /// Group they write against.
    pub target: String,
    /// Ids of the groups whose language they write in; all if left out.
    #[serde(default)]
    pub groups: Vec<String>,
    /// First day they write.
    pub start: Day,
    /// First day they no longer do.
    pub end: Day,
    /// How far it can be trusted.
    pub status: StatusName,
    /// Source, or the reason of an assumption.
    pub source: String,
}

/// All channels.
pub(super) fn channels(context: &mut Context, raw: &ScenarioFile) -> Vec<Channel> {
    let ids: Vec<String> = raw.channels.iter().map(|c| c.id.clone()).collect();
    let mut out = Vec::new();
    for (i, channel) in raw.channels.iter().enumerate() {
        let path = format!("channels[{i}]");
        context.id("channels", i, &ids);
        let reach = channel.reach.iter().map(|x| (&x.group, x.share.0));
        let slant = channel.slant.iter().map(|x| (&x.target, x.amount));
        out.push(Channel {
            id: channel.id.clone(),
            kind: channel.kind,
            origin: channel.origin,
            regions: regions(context, &format!("{path}.regions"), &channel.regions),
            reach: by_group(context, &path, ("reach", "group"), reach),
            credibility: channel.credibility.0,
            slant: by_group(context, &path, ("slant", "target"), slant),
        });
    }
    out
}

/// A value for each group from entries that name one each; 0 where none does.
fn by_group<'a>(
    context: &mut Context,
    path: &str,
    (list, key): (&str, &str),
    entries: impl Iterator<Item = (&'a String, f64)>,
) -> Vec<f64> {
    let mut out = vec![None; context.groups.len()];
    for (k, (name, value)) in entries.enumerate() {
        let place = format!("{path}.{list}[{k}].{key}");
        let Some(group) = context.group(&place, name) else { continue };
        if out[group].replace(value).is_some() {
            let message = format!("group `{name}` is given twice in `{list}`");
            context.error(&place, message, "each group once".to_owned(), None);
        }
    }
    out.into_iter().map(|x| x.unwrap_or(0.0)).collect()
}

/// All networks of coordinated accounts.
pub(super) fn accounts(context: &mut Context, raw: &ScenarioFile) -> Vec<Accounts> {
    let ids: Vec<String> = raw.accounts.iter().map(|a| a.id.clone()).collect();
    let mut out = Vec::new();
    for (i, network) in raw.accounts.iter().enumerate() {
        let path = format!("accounts[{i}]");
        context.id("accounts", i, &ids);
        let target = context.group(&format!("{path}.target"), &network.target).unwrap_or(0);
        if raw.groups.get(target).is_some_and(|g| !g.target && g.id == network.target) {
            let message = format!("attitudes about `{}` are not followed", network.target);
            let allowed = "a group with `target = true`".to_owned();
            context.error(&format!("{path}.target"), message, allowed, None);
        }
        let (start_day, end_day) = (day_of(raw, network.start.0), day_of(raw, network.end.0));
        if end_day <= start_day {
            let message = "the accounts end before they write".to_owned();
            let allowed = format!("a date after their `start`, {}", network.start.0);
            context.error(&format!("{path}.end"), message, allowed, None);
        }
        out.push(Accounts {
            id: network.id.clone(),
            count: network.count,
            footprint: network.footprint,
            target,
            groups: groups(context, &format!("{path}.groups"), &network.groups),
            start_day,
            end_day,
        });
    }
    out
}
