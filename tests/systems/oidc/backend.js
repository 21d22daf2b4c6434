import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expects, host } from './settings.js';

export function backend(port) {
  const { issuer, audience, jwks } = expects('BACKEND');
  const keys = createRemoteJWKSet(new URL(jwks));

  async function authenticate(request, response, next) {
    const [, token] = request.get('authorization')?.match(/^Bearer (.+)$/i) ?? [];
    if (!token) {
      return response.status(401).set('WWW-Authenticate', 'Bearer').json({ error: 'missing_token' });
    }
    try {
      request.claims = (await jwtVerify(token, keys, { issuer, audience })).payload;
    } catch (error) {
      return response
        .status(401)
        .set('WWW-Authenticate', 'Bearer error="invalid_token"')
        .json({ error: 'invalid_token', error_description: error.message });
    }
    next();
  }

  const app = express();
  app.get('/health', (_request, response) => response.json({ status: 'ok' }));
  app.get('/api/items', authenticate, (request, response) => {
    response.json({ user: request.claims.sub, items: [{ id: 1, name: 'first' }] });
  });
  return app.listen(Number(port), host);
}
