/** Preloaded into the scanned process and its threads: whoever looks up a name or opens a connection is told of, and gets none. */
const dgram = require('node:dgram');
const dns = require('node:dns');
const { writeSync } = require('node:fs');
const net = require('node:net');

function refuse(what) {
  return function refused() {
    writeSync(2, `NETWORK ${what}\n`);
    throw new Error(`${what}: no network here`);
  };
}

// Http, https, tls and fetch connect through this one.
net.Socket.prototype.connect = refuse('connect');
dgram.createSocket = refuse('datagram');
dns.lookup = refuse('lookup');
dns.promises.lookup = refuse('lookup');
