/** The alerts section of the config with its defaults, and its secret addresses filled in. */
import { type AlertConfig, type ChannelConfig, DEFAULT_ALERTS } from '../config.ts';
import type { ConfigFile } from './file.ts';
import { interpolate } from './interpolate.ts';
import { expandPath, type Surroundings } from './sources.ts';

/** @throws UserError naming a variable that is not set */
export function resolveAlerts(
  file: ConfigFile | undefined,
  { env, home, withoutChannels = false }: Omit<Surroundings, 'cwd'> & { readonly withoutChannels?: boolean },
): AlertConfig {
  const { deliver = [], ...section } = file?.document.alerts ?? {};
  const given = Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined));
  const channels = (withoutChannels ? [] : deliver).map((written, index): ChannelConfig => {
    if (file === undefined) throw new Error('a configured channel without a config file');
    const path = ['alerts', 'deliver', index];
    const channel = interpolate(written, { env, path, at: file.at });
    const target = 'url' in channel ? channel.url : expandPath(channel.path, file.folder, home);
    return { name: channel.name, to: channel.to, target };
  });
  const sources = file?.document.sources?.map(({ name }) => name) ?? null;
  return { ...DEFAULT_ALERTS, ...given, sources, channels };
}
