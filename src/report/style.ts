/** Colour where it helps, only on terminals that want it: NO_COLOR and FORCE_COLOR decide as Node has it. */
import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { Level } from '../model.ts';

/** Colours for one output stream; each gives its text back unchanged where there is no colour. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  /** The text in the colour of a level; null is unknown. */
  level(level: Level | null, text: string): string;
}

type Format = Parameters<typeof styleText>[0];

const LEVEL_FORMATS = {
  restricted: ['bold', 'red'],
  confidential: 'yellow',
  internal: 'cyan',
  public: 'green',
} as const satisfies Record<Level, Format>;

/** The style for a stream, which is asked whether it is a terminal. */
export function createStyle(stream: Writable): Style {
  const paint = (format: Format) => (text: string) => styleText(format, text, { stream });
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    good: paint('green'),
    warn: paint('yellow'),
    bad: paint(['bold', 'red']),
    level: (level, text) => paint(level === null ? 'magenta' : LEVEL_FORMATS[level])(text),
  };
}
