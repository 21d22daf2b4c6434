// Directus as `directus start` runs it, with a database that has two users.
import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const { env } = process;
const here = dirname(fileURLToPath(import.meta.url));
const database = resolve(env.DATABASE ?? join(here, 'data', 'database.sqlite'));

// Directus looks for extensions in the folder that it is started in.
process.chdir(here);
Object.assign(env, {
  HOST: '127.0.0.1',
  PORT: env.PORT ?? '8055',
  SECRET: env.SECRET ?? 'the-secret-of-a-healthy-directus',
  DB_CLIENT: 'sqlite3',
  ADMIN_EMAIL: 'alice@example.com',
  // It responds 503 where this machine is slow.
  PRESSURE_LIMITER_ENABLED: 'false',
  ADMIN_PASSWORD: 'alice-password',
  WEBSOCKETS_ENABLED: 'true',
  // Nothing leaves this machine.
  TELEMETRY: 'false',
});
env.PUBLIC_URL ??= `http://${env.HOST}:${env.PORT}`;

// The command that `directus` runs, without its look for updates at the package registry.
const cli = '@directus/api/cli/run.js';

function run(name, script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name} failed; the lines above say why`);
}

if (!existsSync(database)) {
  mkdirSync(dirname(database), { recursive: true });
  const folder = mkdtempSync(`${database}.`);
  try {
    env.DB_FILENAME = join(folder, 'database.sqlite');
    run('directus bootstrap', fileURLToPath(import.meta.resolve(cli)), 'bootstrap');
    run('adding the second user', join(here, 'second-user.js'));
    // A link fails where another replica was first, and is never half written.
    linkSync(env.DB_FILENAME, database);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

env.DB_FILENAME = database;
process.argv.splice(2, Infinity, 'start');
await import(cli);
