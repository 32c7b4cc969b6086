//! What a page shows of a stack, whatever stack it is: resources with their state, in groups that are one box of the
//! picture each, and where data flows from group to group.

use crate::words::counted;

/// A stack, ready to be drawn.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// What the page is about, e.g. `stack alerts`.
    pub title: String,
    /// What names the account and the scheme: a label, and a value.
    pub place: Vec<(&'static str, String)>,
    /// What is the matter, in a sentence.
    pub verdict: String,
    /// What is wrong beside drift, and what else is to be known.
    pub warnings: Vec<String>,
    pub resources: Vec<Resource>,
    /// From one resource to another, by number.
    pub flows: Vec<(usize, usize)>,
}

/// A resource, or something outside of the stack that it sends to or receives from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resource {
    /// As in the JSON, e.g. `log-group`.
    pub kind: String,
    pub name: String,
    /// Empty for what has none.
    pub region: String,
    pub state: State,
    /// What AWS says of it in a word, e.g. `ACTIVE`.
    pub note: Option<String>,
    pub facts: Vec<(String, String)>,
    /// How it differs from what it should be.
    pub drift: Vec<String>,
}

/// How a resource compares with what `create` would leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Not of the stack: nothing is compared.
    #[default]
    Outside,
    /// Neither there nor missed.
    Absent,
    /// Logged by a trail of another region.
    Covered,
    /// There, and not compared with anything.
    Shown,
    Good,
    Unknown,
    Differs,
    Missing,
}

impl State {
    /// All that a resource of a stack can have, the worst last.
    pub const ALL: [Self; 7] = [
        Self::Absent,
        Self::Covered,
        Self::Shown,
        Self::Good,
        Self::Unknown,
        Self::Differs,
        Self::Missing,
    ];

    /// What programs call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Absent => "absent",
            Self::Covered => "covered",
            Self::Shown => "shown",
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Differs => "differs",
            Self::Missing => "missing",
        }
    }

    /// What people call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Outside => "outside of the stack",
            Self::Absent => "does not exist",
            Self::Covered => "covered by another region's trail",
            Self::Shown => "exists, not compared",
            Self::Good => "exists as wanted",
            Self::Unknown => "unknown",
            Self::Differs => "differs",
            Self::Missing => "is missing",
        }
    }

    /// The same of several resources, or of one.
    fn verb(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::Covered, 1) => "is covered",
            (Self::Unknown, 1) => "is unknown",
            (_, 1) => self.words(),
            (Self::Outside, _) => "are outside of the stack",
            (Self::Absent, _) => "do not exist",
            (Self::Covered, _) => "are covered",
            (Self::Shown, _) => "exist, not compared",
            (Self::Good, _) => "exist as wanted",
            (Self::Unknown, _) => "are unknown",
            (Self::Differs, _) => "differ",
            (Self::Missing, _) => "are missing",
        }
    }
}

/// How many of these resources are in which state, the worst first; nothing of those outside.
pub fn totals<'a>(resources: impl Iterator<Item = &'a Resource> + Clone) -> String {
    let states = State::ALL.iter().rev().filter_map(|state| {
        let count = resources.clone().filter(|it| it.state == *state).count();
        (count > 0).then_some((*state, count))
    });
    let states: Vec<(State, usize)> = states.collect();
    match states.as_slice() {
        [(state, 1)] => state.words().to_owned(),
        [(State::Absent, _)] => "none exists".to_owned(),
        [(state, count)] => format!("all {}", state.verb(*count)),
        mixed => {
            let words = mixed.iter();
            let words = words.map(|(state, count)| format!("{count} {}", state.verb(*count)));
            words.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Resources that are one box of the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    pub kind: String,
    /// The name that its resources share; empty if they have their own.
    pub name: String,
    /// Its resources, by number.
    pub members: Vec<usize>,
}

impl Group {
    /// The worst state of its resources.
    pub fn state(&self, drawn: &Drawn) -> State {
        let states = self.members.iter().map(|at| drawn.resources[*at].state);
        states.max().unwrap_or_default()
    }

    /// The region that all of its resources are in.
    pub fn region<'a>(&self, drawn: &'a Drawn) -> Option<&'a str> {
        let mut regions = self
            .members
            .iter()
            .map(|at| drawn.resources[*at].region.as_str());
        let first = regions.next()?;
        (!first.is_empty() && regions.all(|region| region == first)).then_some(first)
    }

    /// What AWS says of all of its resources.
    pub fn note<'a>(&self, drawn: &'a Drawn) -> Option<&'a str> {
        let mut notes = self
            .members
            .iter()
            .map(|at| drawn.resources[*at].note.as_deref());
        let first = notes.next()??;
        notes.all(|note| note == Some(first)).then_some(first)
    }

    /// What its resources are called beside each other.
    pub fn label<'a>(&self, resource: &'a Resource) -> &'a str {
        match self.name.is_empty() {
            true => &resource.name,
            false => &resource.region,
        }
    }

    /// `17 trails`, or `trail`.
    pub fn title(&self) -> String {
        let noun = super::kinds::noun(&self.kind);
        match self.members.len() {
            1 => noun.to_owned(),
            count => match noun.strip_suffix('y') {
                Some(stem) => format!("{count} {stem}ies"),
                None => counted(count, noun),
            },
        }
    }
}

/// Resources of these kinds are one box, though each has a name of its own.
const TOGETHER: [&str; 12] = [
    "access-key",
    "alarm",
    "email",
    "flow-log",
    "log-stream",
    "metric-filter",
    "named-query",
    "role",
    "table",
    "trail",
    "topic-subscriber",
    "user",
];

/// The boxes of a picture, in the order of their first resources.
pub fn groups(resources: &[Resource]) -> Vec<Group> {
    let mut groups: Vec<(String, Group)> = Vec::new();
    for (at, resource) in resources.iter().enumerate() {
        let key = key(resource, resources);
        let place = groups.iter_mut().find(|(other, _)| *other == key);
        match place {
            Some((_, group)) => group.members.push(at),
            None => {
                let group = Group {
                    kind: resource.kind.clone(),
                    name: String::new(),
                    members: vec![at],
                };
                groups.push((key, group));
            }
        }
    }
    let named = groups.into_iter().map(|(_, group)| {
        let first = &resources[group.members[0]];
        let same = group.members.iter().map(|at| &resources[*at]);
        let is_regional = group.members.len() > 1
            && same.clone().all(|it| regionless(it) == regionless(first))
            && same.clone().all(|it| !it.region.is_empty())
            && distinct(same.map(|it| it.region.as_str()));
        let name = match is_regional {
            true => regionless(first).to_owned(),
            false => String::new(),
        };
        Group { name, ..group }
    });
    named.collect()
}

fn distinct<'a>(values: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = Vec::new();
    for value in values {
        if seen.contains(&value) {
            return false;
        }
        seen.push(value);
    }
    true
}

/// What the resources of a box have in common.
fn key(resource: &Resource, resources: &[Resource]) -> String {
    let Resource { kind, state, .. } = resource;
    let side = super::kinds::is_aside(resource);
    let together = TOGETHER.contains(&kind.as_str()) || (side && kind == "log-group");
    let own = regionless(resource);
    let others = resources.iter().filter(|it| it.kind == *kind);
    let has_copies = others.filter(|it| regionless(it) == own).count() > 1;
    let name = match (together, has_copies) {
        (true, _) => "",
        (false, true) => own,
        (false, false) => &resource.name,
    };
    let outside = *state == State::Outside;
    format!("{kind} {side} {outside} {name}")
}

/// The name without the region at its end.
fn regionless(resource: &Resource) -> &str {
    let name = &resource.name;
    let without = name
        .strip_suffix(&resource.region)
        .filter(|_| !resource.region.is_empty());
    let without = without.and_then(|name| name.strip_suffix('-'));
    without.unwrap_or(name)
}
