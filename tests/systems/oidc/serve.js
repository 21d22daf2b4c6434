import { once } from 'node:events';
import { auth } from './auth.js';
import { backend } from './backend.js';
import { gateway } from './gateway.js';
import { ports } from './settings.js';

const services = Object.entries({ auth, backend, gateway }).filter(([name]) => ports[name]);
if (services.length === 0) {
  console.error('none of AUTH_PORT, BACKEND_PORT and GATEWAY_PORT is set: set the port of each service to start');
  process.exit(2);
}
if (!ports.auth && !process.env.ISSUER) {
  console.error('ISSUER is not set: without AUTH_PORT, set it to the address of the provider');
  process.exit(2);
}
for (const [name, start] of services) {
  const server = await start(ports[name]);
  if (!server.listening) await once(server, 'listening');
  console.log(`${name} listens on ${ports[name]}`);
}
