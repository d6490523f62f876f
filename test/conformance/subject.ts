/** What the conformance suite needs to know of one kind of place: how to make one to order, and how to break it. */
import type { Asset, ConnectorModule, Container, Features, Options } from '../../src/connector.ts';
import type { Fault, FaultProxy } from './fault-proxy.ts';

/** An object to be put at a place. Keys are paths with `/`; `Asset.path` must come back equal to `key`. */
export interface PlacedObject {
  readonly key: string;
  readonly body: Uint8Array;
}

export interface PlacedContainer {
  /** 3 to 40 lower-case letters, digits and dashes; where a source reaches several, `Container.name` must come back equal. */
  readonly name: string;
  readonly objects: readonly PlacedObject[];
}

/** What a person would write in the config and have in the environment. */
export interface Login {
  readonly options: Options;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A started server or folder that holds exactly what was asked for, until it is disposed of. */
export interface Place extends AsyncDisposable {
  readonly login: Login;
  /** A login that the place refuses; null only when it needs no secret. */
  readonly refused: Login | null;
  /** A good login that names a container which is not there. */
  readonly absent: Login;
  /** Every secret in any of these logins; none may appear in an error or a log line. */
  readonly secrets: readonly string[];
  /** How requests are refused whose login was good and is no longer; null only when it needs no secret. */
  readonly expired: Fault | null;
  /** A good login that gets itself new tokens; null when the place is only let in by what was handed over. */
  readonly renewable: Login | null;
  /** Stands between connector and server; null only when there are no requests (a file system). */
  readonly proxy: FaultProxy | null;
  remove(container: string, key: string): Promise<void>;
  /** Puts other bytes (of another length) under the same key, or some under a new one. */
  replace(object: PlacedObject, container: string): Promise<void>;
  /** Required when `delta` is claimed. */
  readonly changes?: Changes;
  /** Called after a listing's first page: from here on the listing cannot be gone on with. */
  breakListing(container: string): Promise<void>;
  /** Called before an open: the body that comes ends early, in each way that is possible here (one call per way, by index). */
  readonly truncations: readonly ((container: string, object: PlacedObject) => Promise<void>)[];
  /** Evidence of anything but reads since the start, such as `PUT /x`; empty is good. */
  writes(): Promise<readonly string[]>;
}

/** What else happens to things at a place. Keys and folders are paths without a slash at their end. */
export interface Changes {
  /** Gives an object another path; it stays the same object, and its folder is there. */
  move(container: string, key: string, to: string): Promise<void>;
  /** Gives a folder another name. */
  rename(container: string, folder: string, to: string): Promise<void>;
  /** Lets anyone who has the link read an object. */
  share(container: string, key: string): Promise<void>;
  /** Puts an object, or a folder with all that is in it, into the trash. */
  trash(container: string, path: string): Promise<void>;
  /** Tokens that were given so far no longer serve. */
  expireTokens(): Promise<void>;
}

export interface Subject {
  /** The kind, and its variant when it has several: `jupyter (server)`. */
  readonly name: string;
  readonly module: ConnectorModule;
  /** Whether one source reaches several containers. */
  readonly containers: 'one' | 'many';
  /** Whether an asset's key is its path, or the provider's id. */
  readonly keys: 'path' | 'id';
  /** Of NASTY_NAMES, those that the provider cannot hold or does not list, each with why. */
  readonly impossible: Readonly<Record<string, string>>;
  start(containers: readonly PlacedContainer[]): Promise<Place>;
  /**
   * Proves a claimed feature that the suite cannot prove by itself. Required for each of `grants`, `labels` and
   * `trash` that is claimed: starts a place of its own and asserts.
   */
  readonly exercises: Partial<Record<keyof Features, () => Promise<void>>>;
}

/** The container that a place holds under a name; where there is only one, that one. @throws Error when it was not discovered */
export function containerNamed(containers: readonly Container[], name: string): Container {
  const found = containers.length === 1 ? containers[0] : containers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no container ${name} among ${containers.map((one) => one.name)}`);
  return found;
}

/** The asset that was placed under a key. @throws Error when it was not listed */
export function assetAt(assets: readonly Asset[], key: string): Asset {
  const found = assets.find((asset) => asset.path === key);
  if (found === undefined) throw new Error(`no asset ${JSON.stringify(key)} among ${assets.length}`);
  return found;
}
