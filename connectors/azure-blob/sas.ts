/** What a shared access signature allows, as its own text says. Pure. */
import type { Settings } from './settings.ts';

/** Letters of `sp` that only read: read, list, tags, and finding blobs by tags. */
const READING = 'rltf';

/**
 * Sentences about what a SAS lacks, has too much of, and when it ends.
 * @see https://learn.microsoft.com/rest/api/storageservices/create-account-sas
 */
export function sasNotes(token: string, settings: Pick<Settings, 'containers' | 'tags'>): readonly string[] {
  const query = new URLSearchParams(token);
  const permissions = query.get('sp');
  // One that refers to a stored access policy has its permissions there.
  const known = permissions ?? 'rlt';
  const notes: string[] = [];
  for (const letter of ['r', 'l', ...(settings.tags ? ['t'] : [])]) {
    if (!known.includes(letter))
      notes.push(`the SAS lacks ${letter} in sp; issue one with sp=rl${settings.tags ? 't' : ''}`);
  }
  const tooMuch = [...known].filter((letter) => !READING.includes(letter)).join('');
  if (tooMuch !== '') notes.push(`the SAS allows more than reading (sp has ${tooMuch}); sp=rl is enough`);
  const services = query.get('ss');
  if (services !== null && services !== 'b') {
    notes.push(`the SAS is for more than blobs (ss=${services}); ss=b is enough`);
  }
  if (services === null && settings.containers === null) {
    notes.push('the SAS is for one container or folder; name it under containers');
  }
  const end = query.get('se');
  if (end !== null) notes.push(`the SAS ends at ${end}`);
  return notes;
}
