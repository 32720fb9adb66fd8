//! From what a user wrote to a [`Scenario`]: the checks that need more than one value.

use std::collections::BTreeMap;

use super::bodies;
use super::context::{Context, is_id};
use super::distance;
use super::events;
use super::idle;
use super::kin;
use super::land;
use super::media;
use super::model::{Gate, Group, Relation, Scenario, Statement};
use super::projects;
use super::regions;
use super::schema::{ScenarioFile, StatusName};
use crate::cards::{Parameters, register};
use crate::mechanisms::affect::MOST_TARGETS;

/// Check the meaning of `raw`, groups in its order. `None` if something was wrong; it has been reported in `context`.
pub(super) fn scenario(context: &mut Context, raw: &ScenarioFile) -> Option<Scenario> {
    header(context, raw);
    context.groups = raw.groups.iter().map(|group| group.id.clone()).collect();
    let groups = groups(context, raw);
    let table = regions::regions(context, raw);
    if let Some((regions, _)) = &table {
        context.regions = regions.iter().map(|region| region.code.clone()).collect();
    }
    let gates = gates(context, raw);
    let mut relations = relations(context, raw);
    let waves = events::waves(context, raw);
    let shocks = events::shocks(context, raw);
    let levers = events::levers(context, raw);
    let land = land::land(context, raw);
    let projects = projects::projects(context, raw);
    let mediators = bodies::mediators(context, raw);
    idle::levers(context, raw, &levers, &mediators);
    let channels = media::channels(context, raw);
    let accounts = media::accounts(context, raw);
    let parameters = parameters(context, raw);
    let (regions, provenance) = table?;
    let parameters = parameters?;
    distance::weigh(raw, &context.groups, &parameters.threat, &mut relations);
    if !context.faults.is_empty() {
        return None;
    }
    Some(Scenario {
        name: raw.name.clone(),
        question: raw.question.clone(),
        start: raw.start.0,
        weeks: raw.weeks,
        scale: raw.scale,
        seed: raw.seed,
        replicates: raw.replicates,
        currency: raw.currency.clone(),
        regions,
        provenance,
        statements: statements(raw),
        gates,
        border_norm_per_day: raw.border.as_ref().map_or(0.0, |border| border.norm_per_day),
        listed: (0..groups.len()).collect(),
        groups,
        relations,
        waves,
        shocks,
        levers,
        land,
        projects,
        mediators,
        channels,
        accounts,
        parameters,
    })
}

/// What the file says about the origin of its own entries, in the order of the tables.
fn statements(raw: &ScenarioFile) -> Vec<Statement> {
    let statement = |part, id: String, status: StatusName, source: &str| Statement {
        part,
        id,
        status: status.word(),
        source: source.to_owned(),
    };
    let mut out = Vec::new();
    if let Some(border) = &raw.border {
        out.push(statement("border", String::new(), border.status, &border.source));
    }
    for gate in &raw.gates {
        out.push(statement("gate", gate.id.clone(), gate.status, &gate.source));
    }
    for group in &raw.groups {
        out.push(statement("group", group.id.clone(), group.status, &group.source));
    }
    for relation in &raw.relations {
        let pair = relation.between.join(" and ");
        out.push(statement("relation", pair, relation.status, &relation.source));
    }
    for shock in &raw.shocks {
        out.push(statement("shock", shock.id.clone(), shock.status, &shock.source));
    }
    for land in &raw.land {
        out.push(statement("land", land.id.clone(), land.status, &land.source));
    }
    for project in &raw.projects {
        out.push(statement("project", project.id.clone(), project.status, &project.source));
    }
    for body in &raw.mediators {
        out.push(statement("mediator", body.id.clone(), body.status, &body.source));
    }
    for channel in &raw.channels {
        out.push(statement("channel", channel.id.clone(), channel.status, &channel.source));
    }
    for network in &raw.accounts {
        out.push(statement("accounts", network.id.clone(), network.status, &network.source));
    }
    out
}

fn header(context: &mut Context, raw: &ScenarioFile) {
    if !is_id(&raw.name) {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        let near: String = raw.name.trim().chars().map(plain).collect();
        let near = Some(near).filter(|n| is_id(n)).map(|n| format!("{n:?}"));
        let message = "the name cannot be that of a folder".to_owned();
        let allowed = "1 to 40 letters, digits, `-` or `_`".to_owned();
        context.error("name", message, allowed, near);
    }
    for (key, text) in [("question", &raw.question), ("currency", &raw.currency)] {
        if text.trim().is_empty() {
            let message = format!("`{key}` is empty");
            context.error(key, message, "text in quotes".to_owned(), None);
        }
    }
}

fn groups(context: &mut Context, raw: &ScenarioFile) -> Vec<Group> {
    let ids = context.groups.clone();
    let mut out = Vec::new();
    for (i, group) in raw.groups.iter().enumerate() {
        context.id("groups", i, &ids);
        out.push(Group {
            id: group.id.clone(),
            label: group.label.clone(),
            target: group.target,
            income_factor: group.income_factor,
            skill_shares: events::skills(context, &format!("groups[{i}]"), &group.skill_shares),
            state_threat: group.state_threat.0,
            kin_state: None,
            origin_population: None,
        });
    }
    kin::read(&raw.groups, &mut out);
    targets(context, raw);
    out
}

/// Attitudes are about one group at least, and about no more than fit into what others see of a household.
fn targets(context: &mut Context, raw: &ScenarioFile) {
    let targets: Vec<usize> = (0..raw.groups.len()).filter(|&g| raw.groups[g].target).collect();
    let allowed = format!("1 to {MOST_TARGETS} groups with `target = true`");
    if let Some(g) = targets.get(MOST_TARGETS) {
        let message = format!("attitudes can be about {MOST_TARGETS} groups at most");
        context.error(&format!("groups[{g}].target"), message, allowed, None);
    } else if targets.is_empty() && !raw.groups.is_empty() {
        let message = "no group is a target of attitudes".to_owned();
        let found = "no `target = true`".to_owned();
        context.error_found("groups[0].target", message, found, allowed, None);
    }
}

fn gates(context: &mut Context, raw: &ScenarioFile) -> Vec<Gate> {
    let ids: Vec<String> = raw.gates.iter().map(|gate| gate.id.clone()).collect();
    let mut out = Vec::new();
    for (i, gate) in raw.gates.iter().enumerate() {
        context.id("gates", i, &ids);
        out.push(Gate {
            id: gate.id.clone(),
            region: context.region(&format!("gates[{i}].region"), &gate.region).unwrap_or(0),
            latitude: gate.latitude,
            longitude: gate.longitude,
            share: gate.share.0,
        });
    }
    let sum: f64 = out.iter().map(|gate| gate.share).sum();
    if out.is_empty() {
        if !raw.waves.is_empty() && !context.is_broken("waves") {
            let message = "people arrive, but there is no gate".to_owned();
            let allowed = "at least one entry `[[gates]]`".to_owned();
            context.error_found("waves", message, "no `[[gates]]`".to_owned(), allowed, None);
        }
        return out;
    }
    if raw.border.is_none() {
        let message = "gates need the normal traffic at the border".to_owned();
        let allowed = "a table `[border]` with `norm_per_day`".to_owned();
        context.error_found("gates", message, "no `[border]`".to_owned(), allowed, None);
    }
    if (sum - 1.0).abs() > super::context::SUM_TOLERANCE {
        let message = "the shares of the gates do not sum to 1".to_owned();
        let found = format!("a sum of {}", super::context::round(sum));
        let allowed = "shares that sum to 1".to_owned();
        let last = format!("gates[{}].share", out.len() - 1);
        context.error_found(&last, message, found, allowed, None);
    } else {
        for gate in &mut out {
            gate.share /= sum;
        }
    }
    out
}

/// Row-major pairs; those nobody asks for (two groups of which none is a target) stay zero.
fn relations(context: &mut Context, raw: &ScenarioFile) -> Vec<Relation> {
    let n = raw.groups.len();
    let mut out = vec![None; n * n];
    for (i, relation) in raw.relations.iter().enumerate() {
        let path = format!("relations[{i}].between");
        let [a, b] = &relation.between;
        let a = context.group(&format!("{path}[0]"), a);
        let b = context.group(&format!("{path}[1]"), b);
        let (Some(a), Some(b)) = (a, b) else { continue };
        let found = format!("{:?}", context.texts(&path));
        if a == b {
            let message = "a relation of a group with itself".to_owned();
            context.error_found(&path, message, found, "two different groups".to_owned(), None);
        } else if out[a * n + b].is_some() {
            let message = "a relation given twice".to_owned();
            let allowed = "each pair once, in either order".to_owned();
            context.error_found(&path, message, found, allowed, None);
        }
        let value = Relation {
            distance: distance::check(context, relation, i),
            hostility: relation.hostility.0,
            memory: relation.memory.map(|x| x.0),
        };
        out[a * n + b] = Some(value);
        out[b * n + a] = Some(value);
    }
    let mut missing = Vec::new();
    let mut place = None;
    for a in 0..n {
        for b in a + 1..n {
            let asked = raw.groups[a].target || raw.groups[b].target;
            if asked && out[a * n + b].is_none() {
                place = place.or(Some(format!("groups[{b}].id")));
                missing.push(format!("{:?} and {:?}", raw.groups[a].id, raw.groups[b].id));
            }
        }
    }
    if let Some(place) = place.filter(|_| !context.is_broken("relations")) {
        let message = format!("missing in `relations`: {}", missing.join("; "));
        let allowed =
            "an entry `[[relations]]` for every pair of a group and a target group".to_owned();
        let found = format!("{} entries for other pairs", raw.relations.len());
        context.error_found(&place, message, found, allowed, None);
    }
    let zero = Relation { distance: 0.0, hostility: 0.0, memory: None };
    out.into_iter().map(|relation| relation.unwrap_or(zero)).collect()
}

/// The register's defaults with this scenario's overrides; a value outside the plausible range is noted.
fn parameters(context: &mut Context, raw: &ScenarioFile) -> Option<Parameters> {
    let mut overrides = BTreeMap::new();
    for (mechanism, values) in &raw.overrides.0 {
        for (name, value) in values {
            let id = format!("{mechanism}.{name}");
            if let Some(spec) = register().parameter(&id)
                && !(spec.low..=spec.high).contains(value)
            {
                let message = format!("`{id}` lies outside its plausible range");
                let allowed = format!("{} to {} ({})", spec.low, spec.high, spec.unit);
                context.note(&format!("overrides.{id}"), message, allowed);
            }
            overrides.insert(id, *value);
        }
    }
    match register().resolve(&overrides) {
        Ok(parameters) => {
            if let Err(message) = crate::mechanisms::incidents::check(&parameters.incidents) {
                let allowed = "incidents that die out: branching below 1".to_owned();
                context.error("overrides", message, allowed, None);
            }
            Some(parameters)
        }
        Err(error) => {
            let allowed = "parameters as `qonaq list --parameters` shows them".to_owned();
            context.error("overrides", error.to_string(), allowed, None);
            None
        }
    }
}
