import { type Answer, html } from './answers.ts';
import type { DeviceGrant } from './device-grants.ts';
import type { Exchange, Routes } from './exchange.ts';
import { form } from './requests.ts';
import { firstOrganisation } from './switches.ts';

/** What a person sees who drives the sandbox by hand. */
export const pageRoutes: Routes = {
  'GET /device': ({ url }) => askForDevice(url.searchParams.get('user_code') ?? ''),
  'POST /device': decideDevice,
  'GET /dashboard/overview': () =>
    page('API Keys', '<form method="post"><button>Create New API Key</button></form>'),
  'POST /dashboard/overview': createKeyByHand,
  'GET /favicon.ico': () => ({ status: 204, headers: {}, body: '' }),
};

const decisions = new Map<string | null | undefined, DeviceGrant['decision']>([
  ['approve', 'approved'],
  ['deny', 'denied'],
]);

function askForDevice(userCode: string): Answer {
  return page(
    'Connect a device',
    `<form method="post"><input name="user_code" value="${escapeHtml(userCode)}" aria-label="Code">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button></form>`,
  );
}

function decideDevice({ request, world }: Exchange): Answer {
  const fields = form(request);
  const grant = world.devices.byUserCode(fields?.get('user_code') ?? '');
  const decision = decisions.get(fields?.get('decision'));
  if (grant === undefined || decision === undefined) return page('Unknown code', 'Check the code.', 400);
  if (grant.decision !== 'pending') return page('Decided already', 'Start again in the terminal.', 409);
  grant.decision = decision;
  return page(`Device ${decision}`, 'You can go back to the terminal.');
}

function createKeyByHand({ world }: Exchange): Answer {
  const { user } = world.switches;
  const issued = world.keys.issue({ user, org: firstOrganisation(world.switches), name: 'Made by hand' });
  return page('Your new API key', `<code>${issued.key}</code>`);
}

function page(title: string, body: string, status = 200): Answer {
  return html(
    status,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>\n${body}\n`,
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
