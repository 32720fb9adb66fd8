//! Which columns of the world each mechanism reads and writes. Tests hold every mechanism to its lists.

/// What a mechanism may touch.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    /// Columns it reads.
    pub reads: &'static [&'static str],
    /// Columns it writes; it may read them too.
    pub writes: &'static [&'static str],
}

/// Access of the mechanism `season`.
pub const SEASON: Access = Access { reads: &[], writes: &["rent_level"] };

/// Access of the mechanism `arrivals`.
pub const ARRIVALS: Access = Access {
    reads: &[
        "households.persons",
        "dwellings.address",
        "dwellings.region",
        "dwellings.band",
        "dwellings.by_region",
        "markets",
        "rent_level",
    ],
    writes: &[
        "households.presence",
        "households.region",
        "households.cell",
        "households.tenure",
        "households.dwelling",
        "households.rent",
        "households.lease_end",
        "households.notice_until",
        "households.search_left",
        "households.seeking",
        "households.unhoused_weeks",
        "households.entry_week",
        "households.income",
        "dwellings.state",
        "dwellings.ask",
        "waiting",
        "queues.gate_backlog",
        "queues.gate_wait_days",
        "queues.gate_week_days",
        "flows",
    ],
};

/// Access of the mechanism `services`.
pub const SERVICES: Access = Access {
    reads: &["flows"],
    writes: &[
        "queues.service_backlog",
        "queues.service_wait_days",
        "queues.service_unmet",
        "flows",
    ],
};

/// Access of the mechanism `aid`.
pub const AID: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.persons",
        "households.tenure",
        "price_level",
    ],
    writes: &["households.savings", "flows"],
};

/// Access of the mechanism `housing`.
pub const HOUSING: Access = Access {
    reads: &[
        "households.region",
        "society.hostility",
        "society.presence",
        "society.regions.help",
        "rent_level",
        "price_level",
    ],
    writes: &[
        "rent_aid",
        "households.presence",
        "households.cell",
        "households.persons",
        "households.tenure",
        "households.dwelling",
        "households.rent",
        "households.income",
        "households.savings",
        "households.lease_end",
        "households.notice_until",
        "households.search_left",
        "households.seeking",
        "households.unhoused_weeks",
        "dwellings.address",
        "dwellings.region",
        "dwellings.band",
        "dwellings.cell",
        "dwellings.log_reference",
        "dwellings.reference",
        "dwellings.state",
        "dwellings.ask",
        "dwellings.landlord",
        "dwellings.short_let_friction",
        "dwellings.by_region",
        "markets",
        "flows",
    ],
};

/// Access of the mechanism `labour`.
pub const LABOUR: Access = Access {
    reads: &["households.presence", "households.region"],
    writes: &[
        "households.income",
        "flows",
        "society.regions.displaced",
        "labour.work",
        "labour.weeks",
        "labour.region",
        "labour.employer",
        "labour.wage_income",
        "labour.markets",
        "labour.applications",
        "labour.hires",
        "labour.newcomers_informal",
        "labour.employed",
        "labour.newcomer_spending",
    ],
};

/// Access of the mechanism `prices`.
pub const PRICES: Access = Access {
    reads: &["labour.newcomers_informal", "labour.employed", "labour.newcomer_spending"],
    writes: &["price_level", "prices"],
};

/// Access of the mechanism `land`.
pub const LAND: Access = Access {
    reads: &["households.presence", "households.region"],
    writes: &[
        "flows",
        "society.regions.contested",
        "land.access",
        "land.usual",
        "land.claims",
        "land.group_access",
        "land.loss",
        "land.regional_loss",
    ],
};

/// Access of the mechanism `projects`.
pub const PROJECTS: Access = Access {
    reads: &[
        "society.mood",
        "society.regions.rumour",
        "conduct.households",
        "conduct.trust",
        "land.regional_loss",
    ],
    writes: &[
        "flows",
        "projects",
        "society.regions.voice",
        "society.regions.openness",
        "society.regions.grievance",
        "society.regions.disclosed",
    ],
};

/// Access of the mechanism `wellbeing`.
pub const WELLBEING: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.tenure",
        "households.rent",
        "households.income",
        "households.persons",
        "rent_aid",
        "households.entry_week",
        "queues.service_wait_days",
        "price_level",
        "prices",
        "labour.work",
    ],
    writes: &["society.life_satisfaction"],
};

/// Access of the mechanism `contact`.
pub const CONTACT: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.cell",
        "households.persons",
        "society.hostility",
        "conduct.persons",
    ],
    writes: &[
        "flows",
        "society.contact",
        "society.exposure",
        "society.presence",
        "society.settled",
        "society.meeting",
        "society.members",
        "society.arrival_ties",
        "society.regions.presence",
        "society.regions.settled",
    ],
};

/// Access of the mechanism `information`.
pub const INFORMATION: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.cell",
        "society.fear",
        "society.hostility",
        "society.trust",
        "society.members",
        "society.regions.displaced",
        "society.regions.worst_severity",
        "society.regions.disclosed",
        "attachment.shown",
    ],
    writes: &[
        "society.mood",
        "society.opinion",
        "society.rumours",
        "society.state_threat",
        "society.regions.salience",
        "society.regions.group_salience",
        "society.regions.visible_hostility",
        "society.regions.online_hostility",
        "society.regions.displaced_believed",
        "society.regions.rumour",
        "society.regions.silence_days",
    ],
};

/// Access of the mechanism `threat`.
pub const THREAT: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.cell",
        "households.persons",
        "households.tenure",
        "households.rent",
        "households.income",
        "rent_aid",
        "markets",
        "queues.service_wait_days",
        "society.settled",
        "society.rumours",
        "society.state_threat",
        "society.regions.group_salience",
        "society.regions.salience",
        "society.regions.settled",
        "society.regions.displaced_believed",
        "rent_level",
        "price_level",
        "labour.newcomer_spending",
        "land.loss",
        "land.regional_loss",
        "memory.group",
        "memory.household",
    ],
    writes: &["society.threat", "society.usual_burden", "society.loss", "society.base_rent"],
};

/// Access of the mechanism `blame`.
pub const BLAME: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "society.hostility",
        "society.trust",
        "society.loss",
        "society.regions.group_salience",
        "society.regions.salience",
        "society.regions.visible_hostility",
        "society.regions.acknowledged_fault",
        "society.regions.voice",
        "society.regions.grievance",
        "society.regions.acting",
        "conduct.usual_protest",
    ],
    writes: &["society.threat", "society.blame_outgroups"],
};

/// Access of the mechanism `affect`.
pub const AFFECT: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.cell",
        "flows",
        "society.contact",
        "society.threat",
        "society.exposure",
        "society.mood",
        "society.opinion",
        "society.arrival_ties",
        "society.regions.group_salience",
        "society.regions.salience",
        "society.regions.online_hostility",
        "society.regions.incidents",
        "attachment.pressure",
        "attachment.dose",
        "memory.group",
        "memory.household",
    ],
    writes: &["society.fear", "society.fear_floor", "society.hostility"],
};

/// Access of the mechanism `minority`.
pub const MINORITY: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.income",
        "households.persons",
        "society.fear",
        "society.trust",
        "conduct.households",
        "conduct.persons",
        "conduct.hostile_acts",
        "prices",
    ],
    writes: &[
        "flows",
        "attachment.kin",
        "attachment.home",
        "attachment.sign",
        "attachment.shown",
        "attachment.pressure",
        "attachment.dose",
    ],
};

/// Access of the mechanism `acts`.
pub const ACTS: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.cell",
        "households.persons",
        "households.tenure",
        "society.hostility",
        "society.threat",
        "society.trust",
        "society.regions.perceived_sanction",
        "society.regions.contested",
        "society.regions.presence",
    ],
    writes: &[
        "society.norm",
        "society.act_probability",
        "society.rung",
        "society.regions.acting",
        "society.regions.fatigue",
        "society.regions.help",
        "society.regions.help_willing",
        "conduct.cell_acting",
        "conduct.online_acting",
        "conduct.households",
        "conduct.persons",
        "conduct.trust",
        "conduct.helpers",
        "conduct.hostile_acts",
        "conduct.norm",
    ],
};

/// Access of the mechanism `incidents`.
pub const INCIDENTS: Access = Access {
    reads: &[
        "conduct.households",
        "conduct.persons",
        "conduct.trust",
        "conduct.hostile_acts",
        "conduct.norm",
        "conduct.mediation",
    ],
    writes: &[
        "society.regions.worst_severity",
        "society.regions.incidents",
        "society.regions.incidents_reported",
        "incidents",
        "conduct.excitation",
        "conduct.attacks",
        "conduct.branching",
        "conduct.branching_peak",
    ],
};

/// Access of the mechanism `memory`.
pub const MEMORY: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "incidents",
        "conduct.households",
        "conduct.persons",
    ],
    writes: &["memory.group", "memory.household"],
};

/// Access of the mechanism `response`.
pub const RESPONSE: Access = Access {
    reads: &[
        "society.regions.acting",
        "incidents",
        "conduct.households",
        "conduct.trust",
        "conduct.usual_fairness",
        "conduct.ordinary_loss",
        "society.regions.openness",
        "society.regions.incidents",
        "conduct.hostile_acts",
    ],
    writes: &[
        "conduct.mediator_skill",
        "conduct.monitor_counts",
        "conduct.monitor_estimate",
        "flows",
        "society.regions.perceived_sanction",
        "society.regions.police_capacity",
        "society.regions.denial_detected",
        "society.regions.admitted",
        "society.regions.acknowledged_fault",
        "society.regions.fairness",
        "conduct.mediation",
        "conduct.denials",
    ],
};

/// Access of the mechanism `trust`.
pub const TRUST: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "society.regions.salience",
        "society.regions.denial_detected",
        "society.regions.admitted",
        "society.regions.fairness",
        "conduct.ordinary_loss",
    ],
    writes: &["society.trust"],
};

/// Access of the mechanism `exit`.
pub const EXIT: Access = Access {
    reads: &[
        "week",
        "households.region",
        "households.persons",
        "households.tenure",
        "households.income",
        "queues.service_wait_days",
        "society.fear",
        "society.hostility",
        "society.trust",
        "society.regions.incidents",
        "conduct.persons",
        "conduct.attacks",
        "price_level",
        "labour.work",
        "attachment.home",
        "rent_aid",
    ],
    writes: &[
        "households.presence",
        "households.cell",
        "households.dwelling",
        "households.rent",
        "households.lease_end",
        "households.notice_until",
        "households.search_left",
        "households.seeking",
        "dwellings.state",
        "dwellings.ask",
        "flows",
        "society.act_probability",
        "society.rung",
        "conduct.homes_left",
        "conduct.departed",
    ],
};

/// Access of the mechanism `money`.
pub const MONEY: Access = Access {
    reads: &[
        "households.presence",
        "households.region",
        "households.rent",
        "households.income",
        "price_level",
        "labour.work",
        "labour.wage_income",
        "labour.markets",
    ],
    writes: &["flows", "accounts"],
};
