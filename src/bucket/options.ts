/** Reads a source's options by type, so that what a person wrote wrongly is said in one way. */
import type { Options } from '../connector.ts';
import { ConnectorError } from '../errors.ts';

export interface OptionReader {
  /** Undefined when it is absent or empty. */
  text(name: string): string | undefined;
  flag(name: string, otherwise: boolean): boolean;
  list(name: string): readonly string[];
}

/** Each of its functions throws ConnectorError `config`, which names the connector's `kind`. */
export function optionReader(kind: string, options: Options): OptionReader {
  const wrongType = (name: string, what: string) =>
    new ConnectorError('config', `${kind}: ${name} must be ${what}`);
  return {
    text(name) {
      const value = options[name];
      if (value === undefined || value === '') return undefined;
      if (typeof value !== 'string') throw wrongType(name, 'a text');
      return value;
    },
    flag(name, otherwise) {
      const value = options[name] ?? otherwise;
      if (typeof value !== 'boolean') throw wrongType(name, 'true or false');
      return value;
    },
    list(name) {
      const value = options[name] ?? [];
      if (typeof value !== 'object') throw wrongType(name, 'a list of texts');
      return value;
    },
  };
}
