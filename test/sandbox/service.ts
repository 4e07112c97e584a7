import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { accountRoutes } from './account.ts';
import { type Answer, deliverWhole, json, withHeaders } from './answers.ts';
import { withDebugAuth } from './authentication.ts';
import { AuthorizationCodes } from './authorization-codes.ts';
import { DeviceGrants } from './device-grants.ts';
import { serviceError } from './errors.ts';
import type { Exchange, Handler, Routes, World } from './exchange.ts';
import { FaultPlan } from './fault-plan.ts';
import { gatewayRoutes } from './gateway.ts';
import { openListener } from './listener.ts';
import { makeModels } from './models.ts';
import { oauthRoutes } from './oauth.ts';
import { pageRoutes } from './pages.ts';
import { type RecordedRequest, recordRequest } from './requests.ts';
import { type Sandbox, sandboxHandles } from './sandbox.ts';
import { KeyRegistry } from './state.ts';
import { defaultSwitches } from './switches.ts';

export type { Sandbox };

const routes: Routes = { ...gatewayRoutes, ...oauthRoutes, ...accountRoutes, ...pageRoutes };

/** Starts a MegaLLM of one's own on 127.0.0.1: gateway and web app on one port, another origin on a second. */
export async function startSandbox(options: { models?: number; port?: number } = {}): Promise<Sandbox> {
  const service = await openListener(options.port ?? 0);
  const otherOrigin = await openListener(0);
  const world: World = {
    url: service.url,
    otherOriginUrl: otherOrigin.url,
    switches: defaultSwitches(),
    keys: new KeyRegistry(),
    models: makeModels(options.models),
    devices: new DeviceGrants(),
    codes: new AuthorizationCodes(),
  };
  const records = { requests: [], otherOriginRequests: [], unknownRequests: [] };
  const faultPlan = new FaultPlan();
  service.serve(serving(world, faultPlan, records));
  otherOrigin.serve(async (incoming, response) => {
    try {
      await recordRequest(incoming, records.otherOriginRequests);
      // A tempting answer: a client that came here by a redirect must be caught by the record, not by an error.
      await deliverWhole(response, json(200, { object: 'list', data: [] }), new AbortController().signal);
    } catch {
      response.destroy();
    }
  });
  const close = async () => {
    await Promise.all([service.close(), otherOrigin.close()]);
  };
  return sandboxHandles(world, faultPlan, records, close);
}

interface Records {
  readonly requests: RecordedRequest[];
  readonly unknownRequests: RecordedRequest[];
}

function serving(world: World, faultPlan: FaultPlan, records: Records): RequestListener {
  return async (incoming, response) => {
    const departure = new AbortController();
    response.once('close', () => departure.abort());
    const gone = departure.signal;
    try {
      const request = await recordRequest(incoming, records.requests);
      // The origin in front keeps `//v1/models`, a client's slip, from being read as another host.
      const url = new URL(world.url + request.path.replace(/^(?!\/)/, '/'));
      const exchange: Exchange = { request, url, world, gone };
      const handler = findHandler(request.method, url.pathname);
      if (handler === undefined) records.unknownRequests.push(request);
      const answer = await faultPlan.run(exchange, () => serve(exchange, handler ?? unknownRoute));
      await (answer.deliver ?? deliverWhole)(response, answer, gone);
    } catch (error) {
      // A client that left ends its own exchange; anything else is a mistake in the sandbox, and the test must see it.
      if (gone.aborted || incoming.destroyed || response.headersSent) response.destroy();
      else await deliverWhole(response, serviceError(500, 'sandbox_broken', String(error)), gone);
    }
  };
}

function findHandler(method: string, path: string): Handler | undefined {
  return routes[`${method} ${path}`] ?? routes[`${method} ${path.replace(/[^/]+$/, '*')}`];
}

async function serve(exchange: Exchange, handler: Handler): Promise<Answer> {
  const answer = withDebugAuth(await handler(exchange), exchange);
  return withHeaders(answer, { 'x-request-id': `req_${randomBytes(6).toString('hex')}` });
}

const unknownRoute: Handler = ({ request }) =>
  serviceError(404, 'not_found', `There is no ${request.method} ${request.path}.`);
