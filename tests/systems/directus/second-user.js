// What `directus users create` does, without a role: that command cannot make a role that is no administrator's.
import { getSchema } from '@directus/api/utils/get-schema';
import { UsersService } from '@directus/api/services/users';

const users = new UsersService({ schema: await getSchema() });
await users.createOne({ email: 'bob@example.com', password: 'bob-password' });
process.exit();
