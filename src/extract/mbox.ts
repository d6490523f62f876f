/** Mailboxes: each message read like a file of its own, in its place. A `>` that quotes a line `>From ` is left there. */
import { readMail } from './eml.ts';
import { type MboxPart, splitMbox } from './mbox-split.ts';
import { ContentError, type Context, gapNote, type Input, placeIn } from './reader.ts';
import type { Extracted } from './segment.ts';
import { readText } from './text.ts';

export async function* readMbox(input: Input, context: Context): AsyncGenerator<Extracted, void, undefined> {
  const parts = new Parts(splitMbox(input.stream()));
  // What stands before the first message is of no message.
  yield* readText({ ...input, stream: () => parts.message() });
  // Attachments are members, and there may be more of them than one content may have.
  let refused = 0;
  for (let number = 1; parts.next(); number += 1) {
    context.signal.throwIfAborted();
    const name = `message ${number}`;
    const message = {
      ...input,
      place: placeIn(input, name),
      label: `${input.label}!/${name}`,
      path: input.path === '' ? name : `${input.path}!/${name}`,
      // Not known before it ends; the mailbox's is not its own.
      size: null,
      head: Buffer.alloc(0),
      stream: () => parts.message(),
    };
    try {
      yield* readMail(message, context);
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      if (error.reason === 'archive-limit') refused += 1;
      else yield gapNote(message, error.reason, error.message);
    }
    for await (const _ of parts.message());
  }
  if (refused > 0) {
    const { members } = context.budget.limits;
    yield gapNote(input, 'archive-limit', `attachments of ${refused} messages: more than ${members} members`);
  }
}

/** The parts one message at a time. */
class Parts {
  readonly #parts: AsyncIterator<MboxPart>;
  #state: 'inside' | 'between' | 'end' = 'inside';

  constructor(parts: AsyncIterable<MboxPart>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  /** Goes on to the next message, once this one is read to its end; false when there is none. */
  next(): boolean {
    if (this.#state !== 'between') return false;
    this.#state = 'inside';
    return true;
  }

  /** The rest of the current message. */
  async *message(): AsyncGenerator<Buffer, void, undefined> {
    while (this.#state === 'inside') {
      const { done, value } = await this.#parts.next();
      if (done) this.#state = 'end';
      else if (value === 'message') this.#state = 'between';
      else yield value;
    }
  }
}
