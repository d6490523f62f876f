/** A folder of this machine as a Container. */
import type { Container } from '../../src/connector.ts';

/** The folder at an absolute path. What lies around it (disk encryption, exports, backups) cannot be seen from inside. */
export function toContainer(path: string, uri: string): Container {
  return {
    id: path,
    name: path,
    uri,
    provider: 'local',
    account: null,
    region: null,
    encryption: null,
    publicAccess: 'unknown',
    versioning: 'unknown',
    logging: 'unknown',
    labels: {},
    access: null,
  };
}
