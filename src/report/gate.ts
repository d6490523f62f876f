/** `--fail-on`: what must not be there for a scan to pass. Reads the conditions, and says which were met. */
import { UserError } from '../errors.ts';
import { ALERT_NAMES, type AlertType } from '../inventory/alert-types.ts';
import { LEVELS, type Level } from '../model.ts';

/** One condition. */
export type GateCondition = StateCondition | AlertCondition;

/** A type of alert, one of which this scan raised. */
export interface AlertCondition {
  readonly name: AlertType;
  readonly what: 'alert';
}

/** What there is now; all parts that are set must hold for the same asset. */
export interface StateCondition {
  /** As it was written. */
  readonly name: string;
  /** `unclassified`: confidential or higher, and nobody has said so. `gaps`: something could not be read. */
  readonly what: Level | 'unclassified' | 'gaps';
  /** First seen since the last complete scan of its source before this one; nothing is new on the first. */
  readonly onlyNew: boolean;
  /** Everybody can read it, or we could not find out who can. */
  readonly onlyPublic: boolean;
}

/** These words mean what there is, whether or not it was there before. */
const STATED: readonly AlertType[] = ['public-restricted', 'new-unclassified'];

/** Reads `restricted,public-confidential,new-unclassified,gaps`. @throws UserError naming what may be written */
export function parseGate(text: string): readonly GateCondition[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    const alert = ALERT_NAMES.find((type) => type === name && !STATED.includes(type));
    if (alert !== undefined) return { name: alert, what: 'alert' };
    const match = /^(new-)?(public-)?([a-z]+)$/.exec(name);
    const what = [...LEVELS, 'unclassified', 'gaps' as const].find((word) => word === match?.[3]);
    const prefixed = match?.[1] !== undefined || match?.[2] !== undefined;
    if (match === null || what === undefined || (what === 'gaps' && prefixed)) {
      throw new UserError(
        `--fail-on does not know "${name}"; write gaps, or ${LEVELS.slice(1).join(', ')} or unclassified, ` +
          'with new- or public- or new-public- before it if you like, or an alert: ' +
          ALERT_NAMES.filter((type) => !STATED.includes(type)).join(', '),
      );
    }
    // The list above was built from these very words.
    const known = what as StateCondition['what'];
    return { name, what: known, onlyNew: match[1] !== undefined, onlyPublic: match[2] !== undefined };
  });
}
