/** Where experiments live: a folder of notebooks and tracker files, or a running Jupyter server. */
import type { ConnectorModule, Options } from '../../src/connector.ts';
import { ConnectorError } from '../../src/errors.ts';

/** What the browser's address has behind the server's own: `/lab/tree/a.ipynb`, `/tree`. */
const PAGE = /\/(?:lab|tree|notebooks|edit|view)(?:\/.*)?$/;

export default {
  kind: 'jupyter',
  title: 'Notebooks and experiment folders, on disk or behind a Jupyter server',
  category: 'experiment',
  options: {
    path: {
      type: 'string',
      format: 'path',
      description: 'A folder of notebooks, mlruns/ or wandb/. Either this or url.',
      example: '~/notebooks',
    },
    url: {
      type: 'string',
      description: 'Address of a Jupyter server, with its base path if it has one. Either this or path.',
      example: 'http://127.0.0.1:8888',
    },
    token: {
      type: 'string',
      secret: true,
      description: "The server's token. Without it JUPYTER_TOKEN is taken from the environment.",
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
    if (argument.startsWith('jupyter:')) return { path: argument.slice('jupyter:'.length) };
    if (!/^https?:\/\//i.test(argument) || !URL.canParse(argument)) return undefined;
    // A token in the address stays out of the inventory; it belongs into the environment.
    const { origin, pathname } = new URL(argument);
    return { url: origin + pathname.replace(PAGE, '').replace(/\/$/, '') };
  },
  async connect(options, environment) {
    const path = textOption(options, 'path');
    const url = textOption(options, 'url');
    if ((path === undefined) === (url === undefined)) {
      throw new ConnectorError('config', 'jupyter: give either path (a folder) or url (a running server)');
    }
    if (path !== undefined) {
      const { connectFolder } = await import('../../src/walk/folder.ts');
      const { folderContainer } = await import('./wire.ts');
      return connectFolder({ path, toContainer: folderContainer, environment: 'experiment' }, environment);
    }
    const token = textOption(options, 'token') ?? environment.env.JUPYTER_TOKEN;
    const { connectServer } = await import('./server.ts');
    return connectServer({ url: url ?? '', token }, environment);
  },
} satisfies ConnectorModule;

function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new ConnectorError('config', `jupyter: option ${name} must be text`);
}
