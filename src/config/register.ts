/** The part of the config that says what was agreed about data, as the inventory keeps it. */
import { type AgreementConfig, NO_REGISTER, type Register } from '../config.ts';
import { LEVELS } from '../model.ts';
import type { ConfigDocument } from './schema.ts';

/** What is not said is null or empty. */
export function resolveRegister(document: ConfigDocument | undefined): Register {
  if (document === undefined) return NO_REGISTER;
  return {
    sources: (document.sources ?? []).map(({ name }) => name),
    agreements: (document.clients ?? []).map(agreementOf),
    vendors: (document.vendors ?? []).map((vendor) => ({
      id: vendor.id,
      name: vendor.name,
      providers: vendor.providers,
      dpaSigned: vendor.dpaSigned ?? null,
      dpaExpires: vendor.dpaExpires ?? null,
      trainsOnData: vendor.trainsOnData ?? null,
      region: vendor.region ?? null,
      subProcessors: vendor.subProcessors ?? [],
      certifications: vendor.certifications ?? [],
    })),
    handling: LEVELS.flatMap((level) => {
      const rule = document.handling?.[level];
      if (rule === undefined) return [];
      return [{ level, providers: rule.providers ?? null, retentionDays: rule.retentionDays ?? null }];
    }),
    revocations: (document.revoked ?? []).map((one) => ({ ...one, client: one.client ?? null })),
  };
}

function agreementOf(client: NonNullable<ConfigDocument['clients']>[number]): AgreementConfig {
  return {
    client: client.id,
    readers: client.readers ?? [],
    accessReviewed: client.accessReviewed ?? null,
    deletedOn: client.deletion?.on ?? null,
    deletionProof: client.deletion?.proof ?? null,
  };
}
