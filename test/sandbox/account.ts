import { json } from './answers.ts';
import { withBearer } from './authentication.ts';
import type { Routes } from './exchange.ts';
import { createKey, deleteKey, listKeys } from './keys.ts';

export const accountRoutes: Routes = {
  'GET /api/oauth/userinfo': withBearer('profile:read', (_, { user }) => json(200, user)),
  'GET /api/oauth/orgs': withBearer('profile:read', ({ world }) =>
    json(200, { data: world.switches.organisations }),
  ),
  'GET /api/v1/keys': withBearer('keys:read', listKeys),
  'POST /api/v1/keys': withBearer('keys:manage', createKey),
  'DELETE /api/v1/keys/*': withBearer('keys:manage', deleteKey),
};
