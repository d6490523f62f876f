/** What the config may say about what was agreed: vendors, handling by level, clients' readers, access that was to end. */
import { z } from 'zod';
import { LEVELS } from '../model.ts';
import { didYouMean } from './suggest.ts';

const date = z.iso.date('write a date as YYYY-MM-DD');
const text = z.string().min(1);
const texts = z.array(text);
const providers = texts.describe('Providers as "whereabouts discover" names them: aws, gcp, microsoft-365');

/** Keys of a client beside those that say whose data it is. */
export const agreementShape = {
  readers: texts.optional().describe('Who may read its data: globs over the names of people and groups'),
  accessReviewed: date.optional().describe('When somebody last reviewed who has access'),
  deletion: z
    .strictObject({
      on: date.describe('Day on which all of its data was deleted'),
      proof: text.optional().describe('Where the proof is: a ticket, a certificate'),
    })
    .optional()
    .describe('That its data was deleted; later scans verify it'),
};

export const vendorSchema = z.strictObject({
  id: text.describe('Short and permanent'),
  name: text,
  providers: providers.min(1),
  dpaSigned: date.optional().describe('Date of the data processing agreement'),
  dpaExpires: date.optional().describe('First day on which it no longer holds'),
  trainsOnData: z
    .boolean()
    .optional()
    .describe('Whether it trains models on what it keeps; left out: unknown'),
  region: text.optional().describe('Where it processes'),
  subProcessors: texts.optional(),
  certifications: texts.optional().describe('SOC 2, ISO 27001 ...'),
});

export const levelHandlingSchema = z.strictObject({
  providers: providers.optional(),
  retentionDays: z.int().min(0).optional().describe('Days after its last change that it may be kept'),
});

export const handlingSchema = z.partialRecord(z.enum(LEVELS), levelHandlingSchema);

export const revocationSchema = z.strictObject({
  principal: text.describe('Who: a glob over the names of people and groups'),
  client: text.optional().describe('Only the data of this client'),
  since: date.describe('First day on which the access must have ended'),
  reason: text,
  by: text.describe('Who decided it'),
});

/** What the sections have in common with others: ids are unique, and clients are there. */
export function checkRegister(
  document: {
    readonly vendors?: readonly { readonly id: string }[] | undefined;
    readonly revoked?: readonly { readonly client?: string | undefined }[] | undefined;
  },
  clients: readonly string[],
  fail: (path: (string | number)[], message: string) => void,
): void {
  const ids = (document.vendors ?? []).map(({ id }) => id);
  ids.forEach((id, index) => {
    if (ids.indexOf(id) < index) fail(['vendors', index, 'id'], `a second vendor has the id "${id}"`);
  });
  (document.revoked ?? []).forEach(({ client }, index) => {
    if (client !== undefined && !clients.includes(client))
      fail(['revoked', index, 'client'], `no client has the id "${client}"${didYouMean(client, clients)}`);
  });
}
