// Everything that a variant changes comes from the environment; the defaults are a healthy system.
const { env } = process;

export const host = '127.0.0.1';
export const ports = { auth: env.AUTH_PORT, backend: env.BACKEND_PORT, gateway: env.GATEWAY_PORT };
export const issuer = env.ISSUER ?? `http://${host}:${env.AUTH_PORT}`;
export const audience = env.AUDIENCE ?? 'https://api.example.com';
export const lifetime = Number(env.LIFETIME ?? 600);
export const algorithm = env.ALGORITHM ?? 'RS256';

// The providers that share this file share their keys; without it every start makes new ones.
export const keys = env.KEYS;
export const keyId = env.KEY_ID;

export const clients = { orders: 'orders-secret', reports: 'reports-secret' };

// What one resource server expects: `BACKEND_AUDIENCE` and the like override what both share.
export const expects = (name) => ({
  issuer: env[`${name}_ISSUER`] ?? issuer,
  audience: env[`${name}_AUDIENCE`] ?? audience,
  jwks: env[`${name}_JWKS`] ?? `${issuer}/jwks`,
});
