/** Any folder of this machine, with owners, modes and hard links. */
import type { ConnectorModule } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';

export default {
  kind: 'local',
  title: 'Folders of this machine and what is mounted on it',
  category: 'machine',
  options: {
    path: {
      type: 'string',
      format: 'path',
      required: true,
      description: 'The folder to scan, with everything in it.',
      example: '~/work',
    },
  },
  features: {
    range: true,
    sorted: true,
    grants: true,
    labels: false,
    digests: [],
    delta: false,
    trash: false,
  },
  fromArgument(argument) {
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(argument) ? undefined : { path: argument };
  },
  async connect(options, environment) {
    const { path } = options;
    if (typeof path !== 'string' || path === '') {
      throw new ConnectorError('config', 'local: option path is missing; name the folder to scan');
    }
    const { connectFolder } = await import('../../src/walk/folder.ts');
    const { toContainer } = await import('./wire.ts');
    return connectFolder({ path, toContainer, environment: undefined }, environment);
  },
} satisfies ConnectorModule;
