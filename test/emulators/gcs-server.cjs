/**
 * The storage emulator of firebase-tools on loopback, without Java: `node gcs-server.cjs PORT`, which prints `listening`.
 * Requests that carry no rules (Google's own API) never reach the rules runtime, so that only its web application is started.
 * Internal modules: the version is pinned.
 */
const { EmulatorRegistry } = require('firebase-tools/lib/emulator/registry');
const { StorageEmulator } = require('firebase-tools/lib/emulator/storage');
const { createApp } = require('firebase-tools/lib/emulator/storage/server');

const [port, host] = [Number(process.argv[2]), '127.0.0.1'];
const rules = { name: 'storage.rules', content: 'service firebase.storage{}' };
const emulator = new StorageEmulator({ host, port, projectId: 'demo-x', rules, auto_download: false });
EmulatorRegistry.set(emulator.getName(), emulator);
emulator._persistence.reset(emulator.getPersistenceTmpDir());
createApp('demo-x', emulator).then((app) => app.listen(port, host, () => console.log('listening')));
