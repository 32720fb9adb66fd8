//! The order in which groups are worked: it follows from what they are, neither from their names nor from
//! their places in the file. Sums over groups are then the same numbers however the file is written.

use super::check;
use super::context::Context;
use super::model::Scenario;
use super::schema::ScenarioFile;

/// Check the meaning of `raw` and put its groups in order. `None` if something was wrong; it has been
/// reported in `context`.
pub(super) fn scenario(context: &mut Context, raw: &mut ScenarioFile) -> Option<Scenario> {
    let given = check::scenario(context, raw)?;
    let order = order(&given);
    if order.is_sorted() {
        return Some(given);
    }
    // Many entries hold places of groups. Reading the whole file again puts all of them right.
    let mut groups: Vec<_> = std::mem::take(&mut raw.groups).into_iter().map(Some).collect();
    raw.groups = order.iter().filter_map(|&g| groups[g].take()).collect();
    let notes = std::mem::take(&mut context.notes);
    let moved = check::scenario(context, raw);
    context.notes = notes;
    let mut listed: Vec<usize> = (0..order.len()).collect();
    listed.sort_by_key(|&g| order[g]);
    let Scenario { statements, provenance, .. } = given;
    moved.map(|moved| Scenario { provenance, statements, listed, ..moved })
}

/// Groups by their persons, most first; those of one size by what else is said about them. Groups that are
/// alike in everything keep the order of the file: nothing tells one from the other.
fn order(scenario: &Scenario) -> Vec<usize> {
    let own: Vec<[u8; 32]> =
        (0..scenario.groups.len()).map(|g| *scenario.group_hash(g).as_bytes()).collect();
    let around: Vec<[u8; 32]> = (0..own.len()).map(|g| surroundings(scenario, g, &own)).collect();
    let persons = |g: usize| -> f64 {
        scenario.regions.iter().map(|r| r.population * r.group_shares[g]).sum()
    };
    let mut order: Vec<usize> = (0..own.len()).collect();
    order.sort_by(|&a, &b| {
        let size = persons(b).total_cmp(&persons(a));
        size.then(own[a].cmp(&own[b])).then(around[a].cmp(&around[b]))
    });
    order
}

/// A hash of what lies between a group and the others, and of the waves it comes in.
fn surroundings(scenario: &Scenario, g: usize, own: &[[u8; 32]]) -> [u8; 32] {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for other in (0..own.len()).filter(|&other| other != g) {
        let relation = scenario.relation(g, other);
        let numbers = [relation.distance, relation.hostility, relation.memory.unwrap_or(-1.0)];
        let mut part = own[other].to_vec();
        part.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
        parts.push(part);
    }
    for wave in scenario.waves.iter().filter(|wave| wave.group == g) {
        let numbers =
            [wave.household_size, wave.income_median, wave.savings_months, wave.transit_share];
        parts.push(wave.daily.iter().chain(&numbers).flat_map(|x| x.to_le_bytes()).collect());
    }
    parts.sort();
    let mut hasher = blake3::Hasher::new();
    for part in &parts {
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::two_towns;

    #[test]
    fn the_order_is_by_size_and_then_by_what_is_said() {
        let mut scenario = two_towns();
        assert_eq!(order(&scenario), [0, 1, 2]);
        for region in &mut scenario.regions {
            region.group_shares = vec![0.0, 0.3, 0.7];
        }
        assert_eq!(order(&scenario), [2, 1, 0]);
        // Three groups of one size and kind: what lies between them and the wave tell them apart.
        for region in &mut scenario.regions {
            region.group_shares = vec![1.0 / 3.0; 3];
        }
        let n = 3;
        for k in [2, 3 * 2] {
            scenario.relations[k].hostility = 0.5;
        }
        let first = order(&scenario);
        let swap = [1, 0, 2_usize];
        let mut moved = scenario.clone();
        for (a, b) in (0..n).flat_map(|a| (0..n).map(move |b| (a, b))) {
            moved.relations[swap[a] * n + swap[b]] = scenario.relation(a, b);
        }
        let found: Vec<usize> = order(&moved).into_iter().map(|g| swap[g]).collect();
        assert_eq!(found, first);
    }
}
