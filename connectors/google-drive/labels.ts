/** Drive labels: their names from the Labels API, their values as labels of the files that have them. */
import { z } from 'zod';
import { ConnectorError } from '../../src/errors.ts';
import type { Session } from './client.ts';

const CHOICE = z.object({
  id: z.string(),
  properties: z.object({ displayName: z.string().nullish() }).nullish(),
});
const FIELD = z.object({
  id: z.string(),
  properties: z.object({ displayName: z.string().nullish() }).nullish(),
  selectionOptions: z.object({ choices: z.array(CHOICE).nullish() }).nullish(),
});
const LABELS = z.object({
  labels: z
    .array(
      z.object({
        id: z.string(),
        properties: z.object({ title: z.string().nullish() }).nullish(),
        fields: z.array(FIELD).nullish(),
      }),
    )
    .nullish(),
  nextPageToken: z.string().nullish(),
});
const LABEL = z.object({
  id: z.string(),
  fields: z
    .record(z.string(), z.object({ id: z.string(), selection: z.array(z.string()).nullish() }))
    .nullish(),
});

export interface LabelNames {
  /** Ids, for `includeLabels`. */
  readonly ids: readonly string[];
  /** `labelInfo.labels` of a file as labels: `Sensitivity/Level: Confidential`. */
  read(labels: readonly unknown[]): Readonly<Record<string, string>>;
}

/** Names of every published label. @throws ConnectorError `auth` without the scope drive.labels.readonly */
export async function loadLabels(session: Session, signal: AbortSignal): Promise<LabelNames> {
  const names = new Map<string, string>();
  const ids: string[] = [];
  for (let pageToken: string | undefined; ; ) {
    const { data } = await session.labels(
      { name: 'labels.list', target: 'Drive labels' },
      signal,
      (api, options) =>
        api.labels.list(
          { publishedOnly: true, view: 'LABEL_VIEW_FULL', pageSize: 200, ...(pageToken && { pageToken }) },
          options,
        ),
    );
    const answer = LABELS.safeParse(data);
    if (!answer.success)
      throw new ConnectorError('transient', 'labels.list: not a list of labels; scan again');
    for (const { id, properties, fields } of answer.data.labels ?? []) {
      ids.push(id);
      names.set(id, properties?.title ?? id);
      for (const field of fields ?? []) {
        names.set(`${id}/${field.id}`, field.properties?.displayName ?? field.id);
        for (const choice of field.selectionOptions?.choices ?? []) {
          names.set(`${id}/${field.id}/${choice.id}`, choice.properties?.displayName ?? choice.id);
        }
      }
    }
    pageToken = answer.data.nextPageToken ?? undefined;
    if (pageToken === undefined) return { ids, read: (labels) => named(labels, names) };
  }
}

/** What people typed into a label stays where it is: only that something is set. */
function named(labels: readonly unknown[], names: ReadonlyMap<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const label of labels) {
    const { success, data } = LABEL.safeParse(label);
    if (!success) continue;
    const { id, fields } = data;
    const title = names.get(id) ?? id;
    const all = Object.values(fields ?? {});
    if (all.length === 0) found[title] = 'yes';
    for (const { id: field, selection } of all) {
      const choices = (selection ?? []).map((choice) => names.get(`${id}/${field}/${choice}`) ?? choice);
      found[`${title}/${names.get(`${id}/${field}`) ?? field}`] = choices.join(', ') || 'set';
    }
  }
  return found;
}
