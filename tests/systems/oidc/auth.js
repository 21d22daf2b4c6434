import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { errors } from 'oidc-provider';
import { algorithm, audience, clients, host, issuer, keyId, keys, lifetime } from './settings.js';

async function newKeys() {
  const made = [];
  for (const alg of ['RS256', 'ES256']) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = keyId && `${keyId}-${alg.toLowerCase()}`;
    made.push({ ...(await exportJWK(privateKey)), alg, use: 'sig', ...(kid && { kid }) });
  }
  return made;
}

async function sharedKeys(path) {
  const own = `${path}.${process.pid}`;
  await writeFile(own, JSON.stringify(await newKeys()), { mode: 0o600 });
  // A link fails where another provider was first, and is never half written.
  await link(own, path).catch((error) => { if (error.code !== 'EEXIST') throw error; });
  await rm(own);
  return JSON.parse(await readFile(path));
}

export async function auth(port) {
  const provider = new Provider(issuer, {
    clients: Object.entries(clients).map(([client_id, client_secret]) => ({
      client_id,
      client_secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    cookies: { keys: ['only-for-browser-flows'] },
    jwks: { keys: keys ? await sharedKeys(keys) : await newKeys() },
    scopes: ['openid', 'items'],
    ttl: { ClientCredentials: lifetime },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo(_context, resource) {
          if (resource !== audience) throw new errors.InvalidTarget();
          return { scope: 'items', accessTokenFormat: 'jwt', accessTokenTTL: lifetime, jwt: { sign: { alg: algorithm } } };
        },
      },
    },
  });
  provider.proxy = true;
  return provider.listen(Number(port), host);
}
