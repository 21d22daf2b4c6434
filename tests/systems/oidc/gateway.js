import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { WebSocketServer } from 'ws';
import { expects, host } from './settings.js';

const schema = buildSchema('type Query { me: String }');

export function gateway(port) {
  const { issuer, audience, jwks } = expects('GATEWAY');
  const keys = createRemoteJWKSet(new URL(jwks));

  const server = createServer((request, response) => {
    const healthy = request.url === '/health';
    response.writeHead(healthy ? 200 : 426, { 'content-type': 'application/json' });
    response.end(JSON.stringify(healthy ? { status: 'ok' } : { error: 'upgrade_required' }));
  });
  useServer(
    {
      schema,
      roots: { query: { me: (_arguments, { user }) => user } },
      context: ({ extra }) => ({ user: extra.claims.sub }),
      // False closes the connection with 4403 Forbidden.
      async onConnect({ connectionParams, extra }) {
        try {
          extra.claims = (await jwtVerify(connectionParams?.authToken, keys, { issuer, audience })).payload;
          return true;
        } catch (error) {
          console.error(`gateway: ${error.message}`);
          return false;
        }
      },
    },
    new WebSocketServer({ server, path: '/graphql' }),
  );
  return server.listen(Number(port), host);
}
