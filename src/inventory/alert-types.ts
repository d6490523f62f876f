/** What may be worth waking somebody up for: the types of alerts, what each means, and what to do about it. */

export const ALERT_TYPES = {
  'new-unclassified-copy': {
    about: 'asset',
    meaning:
      'a copy of data that is already known appeared where it was not before, and nobody has classified it',
    todo: 'delete it, or say what it is: whereabouts classify {id} --level LEVEL --reason WHY --by NAME',
  },
  'new-unclassified': {
    about: 'asset',
    meaning: 'sensitive data appeared that nobody has classified',
    todo: 'say what it is: whereabouts classify {id} --level LEVEL --reason WHY --by NAME',
  },
  'public-restricted': {
    about: 'asset',
    meaning: 'restricted data that everybody can read',
    todo: 'withdraw public access at the provider, then scan again',
  },
  'exposure-widened': {
    about: 'asset or container',
    meaning: 'more people can read sensitive data than before',
    todo: 'check who was let in; narrow it, or whereabouts alerts --close {alert} --reason WHY --by NAME',
  },
  contradiction: {
    about: 'asset',
    meaning: 'declared or labelled below what was found in it',
    todo: 'correct the label or declaration, or decide: whereabouts classify {id} --level LEVEL --reason WHY --by NAME',
  },
  'decision-expired': {
    about: 'decision',
    meaning: 'a decision has expired: what it was about is judged as if nobody had said anything',
    todo: 'look again, and decide anew: whereabouts classify WHAT --level LEVEL --reason WHY --by NAME',
  },
  'source-stale': {
    about: 'source',
    meaning: 'a source was not scanned completely for longer than alerts.staleDays',
    todo: 'see why: whereabouts doctor --source {source}, then whereabouts scan {source}',
  },
  'coverage-dropped': {
    about: 'source',
    meaning: 'less of a source could be read than the time before, or it is not scanned any more',
    todo: 'see what could not be read: whereabouts query not-read; if it is meant to be so: whereabouts alerts --close {alert} --reason WHY --by NAME',
  },
} as const satisfies Record<string, { about: string; meaning: string; todo: string }>;

export type AlertType = keyof typeof ALERT_TYPES;

/** Every type, in the order of the list. */
// Object.keys of a literal gives its keys.
export const ALERT_NAMES = Object.keys(ALERT_TYPES) as readonly AlertType[];

/** What was known when an alert was raised. Counts, places and names; never a value. */
export interface AlertFacts {
  readonly level?: string | null;
  readonly client?: string | null;
  readonly exposure?: string;
  /** Principals that may read it, the first ten. */
  readonly readers?: readonly string[];
  /** Why it has its level. */
  readonly why?: string;
  /** The asset that it is a copy of, or where it was before (how: moved). */
  readonly original?: {
    readonly uri: string;
    readonly source: string;
    readonly how: string;
    readonly evidence: string | null;
  };
  readonly before?: string;
  readonly after?: string;
}

/** Something to be alarmed about. */
export interface Candidate {
  readonly type: AlertType;
  /** One alert of a type that holds for each. */
  readonly subject: string;
  readonly sourceId: number | null;
  readonly containerId: number | null;
  readonly assetId: number | null;
  readonly runId: number;
  readonly what: string;
  readonly facts: AlertFacts;
}
