//! States that follow a goal: what of the present level is due to what.

use super::labels::START;
use crate::engine::shares::add_up;

/// For states that move by `x' = x + g (goal - x)` with a goal in parts: the level in the same parts.
///
/// Each part of the level follows its part of the goal, `m_k' = m_k + g (goal_k - m_k)`, so the parts add
/// up to the level, and what a part adds in a week is the change of its `m_k`. An input that rises and
/// falls again has given and taken the same; in calm every row is 0. The part `start` is what the level at
/// week 0, or at entry, had beyond the goal of that time, and fades.
#[derive(Debug, Clone)]
pub struct Memory {
    parts: usize,
    levels: Vec<f64>,
    begun: Vec<bool>,
    rows: Vec<f64>,
}

impl Memory {
    /// No levels yet, for `entries` entries with goals in `parts` parts.
    pub fn new(entries: usize, parts: usize) -> Self {
        Self {
            parts,
            levels: vec![0.0; entries * (parts + 1)],
            begun: vec![false; entries],
            rows: Vec::new(),
        }
    }

    /// Takes the goal as reached, but for what `level` differs from it.
    pub fn begin(&mut self, entry: usize, goals: &[f64], level: f64) {
        let levels = &mut self.levels[entry * (self.parts + 1)..][..=self.parts];
        levels[..self.parts].copy_from_slice(goals);
        levels[self.parts] = level - goals.iter().sum::<f64>();
        self.begun[entry] = true;
    }

    /// Moves the parts of the level of `entry`, which went from `old` to `new`, and books what each did on
    /// row `first` and those after it. Returns by how much the parts missed the change before their rounding
    /// was shared out.
    pub fn follow(
        &mut self,
        entry: usize,
        (weight, goals): (f64, &[f64]),
        (old, new): (f64, f64),
        first: usize,
        out: &mut Vec<(usize, f64)>,
    ) -> f64 {
        if !self.begun[entry] {
            self.begin(entry, goals, old);
        }
        let levels = &mut self.levels[entry * (self.parts + 1)..][..=self.parts];
        self.rows.clear();
        // What was left at the start has no goal of its own.
        self.rows.extend(
            goals
                .iter()
                .chain([&0.0])
                .zip(levels.iter())
                .map(|(goal, level)| weight * (goal - level)),
        );
        let missed = new - old - self.rows.iter().sum::<f64>();
        add_up(&mut self.rows, new - old);
        for (level, row) in levels.iter_mut().zip(&self.rows) {
            *level += row;
        }
        let names = (first..first + self.parts).chain([START]);
        out.extend(names.zip(&self.rows).map(|(label, row)| (label, *row)));
        missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(memory: &mut Memory, goals: &[f64], level: f64) -> (Vec<(usize, f64)>, f64) {
        let next = level + 0.25 * (goals.iter().sum::<f64>() - level);
        let mut out = Vec::new();
        let missed = memory.follow(0, (0.25, goals), (level, next), 10, &mut out);
        assert!(missed.abs() < 1e-15);
        (out, next)
    }

    #[test]
    fn at_rest_nothing_is_booked() {
        let mut memory = Memory::new(1, 2);
        memory.begin(0, &[0.3, 0.1], 0.4);
        let (rows, next) = follow(&mut memory, &[0.3, 0.1], 0.4);
        assert!(next == 0.4 && rows.iter().all(|r| r.1.abs() < 1e-16));
    }

    #[test]
    fn a_part_that_rises_and_falls_has_given_what_it_takes() {
        let mut memory = Memory::new(1, 2);
        memory.begin(0, &[0.3, 0.1], 0.4);
        let (mut level, mut sums) = (0.4, [0.0; 2]);
        for week in 0..100 {
            let (rows, next) =
                follow(&mut memory, &[0.3, if week < 10 { 0.5 } else { 0.1 }], level);
            level = next;
            for (sum, row) in sums.iter_mut().zip(&rows) {
                *sum += row.1;
            }
            if week == 9 {
                assert!(sums[1] > 0.35 && sums[0].abs() < 1e-12);
            }
        }
        assert!(sums.iter().all(|x| x.abs() < 1e-10), "{sums:?}");
    }

    #[test]
    fn a_start_away_from_the_goal_settles_on_a_row_of_its_own() {
        let mut memory = Memory::new(1, 1);
        let (rows, _) = follow(&mut memory, &[0.2], 0.6);
        assert_eq!(rows[0], (10, 0.0));
        assert!(rows[1].0 == START && (rows[1].1 + 0.1).abs() < 1e-15);
    }
}
